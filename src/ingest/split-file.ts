import { createHash } from "node:crypto";
import type { Passage } from "../ports/passage.ts";
import { chunkSection } from "./chunk-section.ts";
import type { Section } from "./section.ts";
import { wordingsOf } from "./word-passage.ts";
import type { Wording } from "./word-passage.ts";

/** A passage, and what is embedded for it. */
export interface SplitPassage extends Passage {
  readonly wordings: readonly Wording[];
}

interface Limits {
  readonly maxTokens: number;
  readonly countTokens: (text: string) => number;
}

interface ReadFile {
  readonly path: string;
  readonly sections: readonly Section[];
}

/** Splits what was read of a file into passages with stable ids. */
export const splitFile = ({ path, sections }: ReadFile, limits: Limits): readonly SplitPassage[] => {
  const seen = new Map<string, number>();
  return sections.flatMap((section) => {
    const source = section.heading ? `${path}#${section.heading}` : path;
    // a fact's path already says what its section's key would
    const heading = section.kind === "prose" ? section.heading : "";
    return chunkSection({ ...section, heading }, limits).map(({ text, line, units }) => {
      const hash = createHash("sha256")
        .update(JSON.stringify([source, text]))
        .digest("hex")
        .slice(0, 16);
      const repeated = seen.get(hash) ?? 0;
      seen.set(hash, repeated + 1);
      const passage: Passage = {
        id: repeated > 0 ? `${hash}-${repeated}` : hash,
        text,
        source,
        line,
        units,
        ...(section.kind === "facts" && section.record !== undefined
          ? { record: `${path}#${section.record}` }
          : {}),
      };
      return { ...passage, wordings: wordingsOf(passage, heading) };
    });
  });
};
