import { table } from "../../src/cli/lib/table.ts";
import type { PackageFile } from "./collect-files.ts";

/** Of the zip: it is what is uploaded, and what a cold instance fetches before it can answer. */
const limitMegabytes = 80;

export interface Weighed {
  readonly files: readonly Pick<PackageFile, "path" | "part" | "content">[];
  /** What each file takes in the zip, by its path. */
  readonly packed: ReadonlyMap<string, number>;
  /** Of the zip. */
  readonly bytes: number;
}

/** The size of each part and of the zip in words, and what is wrong with it, if it is too large. */
export const describePackage = ({ files, packed, bytes }: Weighed): { sizes: string; problem?: string } => {
  const inZip = ({ path }: { readonly path: string }): number => packed.get(path) ?? 0;
  const parts = Map.groupBy(files, ({ part }) => part);
  const rows = [...parts, ["all", files] as const].map(([part, own]) => [
    part,
    own.length,
    Number(megabytes(sum(own.map(({ content }) => content.byteLength)))),
    Number(megabytes(sum(own.map(inZip)))),
  ]);
  const sizes = `${table(["part", "files", "MB", "MB in the zip"], rows)}\n\nThe zip: ${megabytes(bytes)} MB of at most ${limitMegabytes} MB`;
  if (bytes <= limitMegabytes * 1_000_000) return { sizes };
  const [largest] = files.toSorted((a, b) => inZip(b) - inZip(a));
  const problem = `The zip is larger than ${limitMegabytes} MB, and every cold start would wait for it. Its largest file: ${largest?.path} (${megabytes(largest ? inZip(largest) : 0)} MB).`;
  return { sizes, problem };
};

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0);

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(bytes < 1_000_000 ? 2 : 1);
