import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import type { EmbeddedPassage } from "../ports/passage.ts";

export const recordsFile = "records.jsonl.gz";
export const vectorsFile = "vectors.f32";

type Passages = ReadonlyMap<string, readonly EmbeddedPassage[]>;

/** The engine-neutral files: a line of JSON a passage, and all vectors behind each other, little-endian. */
export const encodePassages = (passages: Passages): ReadonlyMap<string, Uint8Array> => {
  const all = [...passages].flatMap(([namespace, group]) =>
    group.map((passage) => ({ namespace, ...passage })),
  );
  const lines = all.map((record) => `${JSON.stringify({ ...record, vector: undefined })}\n`).join("");
  const vectors = new DataView(new ArrayBuffer(all.reduce((sum, { vector }) => sum + vector.length * 4, 0)));
  let offset = 0;
  for (const { vector } of all) {
    for (const value of vector) {
      vectors.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return new Map([
    [recordsFile, gzipSync(lines)],
    [vectorsFile, new Uint8Array(vectors.buffer)],
  ]);
};

/** The passages of each namespace named, none for one that has none. Throws on anything that does not fit. */
export const decodePassages = (
  files: { readonly records: Uint8Array; readonly vectors: Uint8Array },
  { namespaces, dimensions }: { readonly namespaces: readonly string[]; readonly dimensions: number },
): Passages => {
  const passages = new Map<string, EmbeddedPassage[]>(namespaces.map((name) => [name, []]));
  const lines = gunzipSync(files.records).toString("utf8").split("\n").filter(Boolean);
  const { buffer, byteOffset, byteLength } = files.vectors;
  if (byteLength !== lines.length * dimensions * 4)
    throw new Error("there are not as many vectors as records");
  const view = new DataView(buffer, byteOffset, byteLength);
  for (const [index, line] of lines.entries()) {
    const { namespace, ...record } = JSON.parse(line) as Omit<EmbeddedPassage, "vector"> & {
      namespace: string;
    };
    const start = index * dimensions * 4;
    const vector = Array.from({ length: dimensions }, (_, position) =>
      view.getFloat32(start + position * 4, true),
    );
    passages.get(namespace)?.push({ ...record, vector });
  }
  return passages;
};

export const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");
