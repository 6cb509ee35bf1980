import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Manifest } from "../ports/generation.ts";
import type { EmbeddedPassage, Passage, PassageVector, PassagesById } from "../ports/passage.ts";
import { withUnits } from "./format-1.ts";

export const recordsFile = "records.jsonl.gz";
export const vectorsFile = "vectors.f32";

type Passages = ReadonlyMap<string, readonly EmbeddedPassage[]>;

/** A line of the records: a passage, and which of the vectors behind each other are its own. */
interface PassageRecord extends Passage {
  readonly namespace: string;
  readonly vectors: readonly Omit<PassageVector, "vector">[];
}

/** Until format 1, a fact was a passage of its own, with the text of its whole group. */
interface RecordOfFormat1 extends Omit<Passage, "units"> {
  readonly namespace: string;
  readonly embedHash: string;
}

/** The engine-neutral files: a line of JSON a passage, and all vectors behind each other, little-endian. */
export const encodePassages = (passages: Passages): ReadonlyMap<string, Uint8Array> => {
  const all = [...passages].flatMap(([namespace, group]) => group.map((passage) => ({ namespace, passage })));
  const lines = all.map(({ namespace, passage }) => {
    const vectors = passage.vectors.map((one) => ({ ...one, vector: undefined }));
    return `${JSON.stringify({ namespace, ...passage, vectors })}\n`;
  });
  const vectors = all.flatMap(({ passage }) => passage.vectors.map(({ vector }) => vector));
  const numbers = new DataView(new ArrayBuffer(vectors.reduce((sum, { length }) => sum + length * 4, 0)));
  let offset = 0;
  for (const vector of vectors) {
    for (const value of vector) {
      numbers.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return new Map([
    [recordsFile, gzipSync(lines.join(""))],
    [vectorsFile, new Uint8Array(numbers.buffer)],
  ]);
};

interface Shape {
  readonly namespaces: readonly string[];
  readonly dimensions: number;
}

/** The passages of each namespace named, none for one that has none. Throws on anything that does not fit. */
export const decodePassages = (
  files: { readonly records: Uint8Array; readonly vectors: Uint8Array },
  { namespaces, dimensions }: Shape,
): Passages => {
  const passages = new Map<string, EmbeddedPassage[]>(namespaces.map((name) => [name, []]));
  const { buffer, byteOffset, byteLength } = files.vectors;
  const view = new DataView(buffer, byteOffset, byteLength);
  let offset = 0;
  const next = (): readonly number[] =>
    Array.from({ length: dimensions }, () => {
      const value = view.getFloat32(offset, true);
      offset += 4;
      return value;
    });
  for (const record of recordsIn(files.records)) {
    const { namespace, ...passage } = "vectors" in record ? record : withoutUnits(record);
    const vectors = passage.vectors.map((one) => ({ ...one, vector: next() }));
    passages.get(namespace)?.push({ ...passage, vectors });
  }
  if (offset !== byteLength) throw new Error("there are not as many vectors as records");
  return passages;
};

/** The same without vectors, from the records alone. */
export const decodeRecords = (
  records: Uint8Array,
  { namespaces }: Pick<Manifest, "namespaces">,
): PassagesById => {
  const passages = new Map<string, Map<string, Passage>>(namespaces.map(({ name }) => [name, new Map()]));
  const old: RecordOfFormat1[] = [];
  for (const record of recordsIn(records)) {
    if (!("vectors" in record)) old.push(record);
    else {
      const { namespace, vectors: _, ...passage } = record;
      passages.get(namespace)?.set(passage.id, passage);
    }
  }
  for (const { namespace, ...passage } of withUnits(old)) passages.get(namespace)?.set(passage.id, passage);
  return passages;
};

const recordsIn = (records: Uint8Array): readonly (PassageRecord | RecordOfFormat1)[] =>
  gunzipSync(records)
    .toString("utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as PassageRecord | RecordOfFormat1);

const withoutUnits = ({ embedHash, ...record }: RecordOfFormat1): PassageRecord => ({
  ...record,
  units: [],
  vectors: [{ embedHash }],
});

export const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
