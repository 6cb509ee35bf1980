import type { Origin } from "../ports/generation.ts";
import type { EmbeddedPassage, Passage } from "../ports/passage.ts";
import { embedHashOf } from "./embed-passages.ts";
import type { ServedPassages } from "./embed-passages.ts";
import { isDemo } from "./is-demo.ts";
import type { SplitPassage } from "./split-file.ts";

/** What an ingest would change of what is served. All counts are of passages. */
export interface Change {
  /** The generation that is served, and how much it holds. */
  readonly generation: string;
  readonly served: number;
  readonly added: number;
  /** Other text in the same file. */
  readonly changed: number;
  readonly gone: number;
  /** The served ones that would be lost, not counting what the owner has hidden since. */
  readonly lost: number;
  /** More than half would be lost, and they are neither the demo's nor of the same folder under another name. */
  readonly needsApproval: boolean;
}

interface Next {
  readonly origin: Origin;
  readonly passages: readonly SplitPassage[];
  /** Paths of files that are not for visitors: what is served of them is meant to go. */
  readonly hidden: readonly string[];
}

/** Compares texts, wherever they stand now: a file that was renamed or moved loses nothing. */
export const compareServed = ({ manifest, passages }: ServedPassages, next: Next): Change => {
  const served = withoutDoubles([...passages.values()].flat());
  const bySame = withoutPairs(
    { served, next: next.passages },
    {
      served: ({ vectors }) => vectors.map(({ embedHash }) => embedHash).join(),
      next: ({ wordings }) => wordings.map(embedHashOf).join(),
    },
  );
  const byText = withoutPairs(bySame, { served: ({ text }) => text, next: ({ text }) => text });
  const { served: gone, next: added } = withoutPairs(byText, { served: fileOf, next: fileOf });
  const { origin } = manifest;
  const isSameFolder = origin?.folder === next.origin.folder;
  const isSameName = origin === undefined || origin.name === next.origin.name;
  // in another folder, other text in a file of the same name is about something else
  const isOther = !isSameFolder && !isSameName;
  const hidden = new Set(next.hidden);
  const isShown = ({ source }: EmbeddedPassage): boolean => !pathsIn(source).some((path) => hidden.has(path));
  const lost = (isOther ? byText.served : gone).filter(isShown).length;
  // with the same files, all that changes is how this app reads them
  const mayBeReplaced =
    isDemo(manifest) || (isSameFolder && !isSameName) || origin?.files === next.origin.files;
  return {
    generation: manifest.id,
    served: served.length,
    added: added.length,
    changed: byText.served.length - gone.length,
    gone: gone.length,
    lost,
    needsApproval: !mayBeReplaced && lost * 2 > served.filter(isShown).length,
  };
};

/** Until format 1 a group of facts stood there once for each of its facts. */
const withoutDoubles = (passages: readonly EmbeddedPassage[]): readonly EmbeddedPassage[] => {
  const seen = new Set<string>();
  return passages.filter(({ source, text, units }) => {
    const key = JSON.stringify([source, text]);
    return units.length > 0 || (!seen.has(key) && seen.add(key));
  });
};

interface Both {
  readonly served: readonly EmbeddedPassage[];
  readonly next: readonly SplitPassage[];
}

/** Takes away the passages that have a partner of the same key on the other side, one for one. */
const withoutPairs = (
  { served, next }: Both,
  keys: {
    readonly served: (passage: EmbeddedPassage) => string;
    readonly next: (passage: SplitPassage) => string;
  },
): Both => {
  const free = new Map<string, number>();
  for (const passage of next) free.set(keys.next(passage), (free.get(keys.next(passage)) ?? 0) + 1);
  const taken = new Map<string, number>();
  const left = served.filter((passage) => {
    const key = keys.served(passage);
    const count = taken.get(key) ?? 0;
    if (count >= (free.get(key) ?? 0)) return true;
    taken.set(key, count + 1);
    return false;
  });
  return {
    served: left,
    next: next.filter((passage) => {
      const key = keys.next(passage);
      const count = taken.get(key) ?? 0;
      taken.set(key, count - 1);
      return count <= 0;
    }),
  };
};

const fileOf = ({ source }: Pick<Passage, "source">): string => source.split("#", 1)[0] ?? source;

/** What the path of a source can be: names of files may hold the mark of headings. */
const pathsIn = (source: string): readonly string[] => {
  const parts = source.split("#", 10);
  return parts.map((_, count) => parts.slice(0, count + 1).join("#"));
};
