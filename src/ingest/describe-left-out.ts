import type { Corpus } from "./load-corpus.ts";

const maxNamed = 5;
const maxKinds = 12;

/** Kinds that have a name; all others are named by their ending. */
const kinds: readonly { readonly one: string; readonly many: string; readonly endings: RegExp }[] = [
  { one: "picture", many: "pictures", endings: /^\.(?:png|jpe?g|gif|svg|webp|avif|ico|bmp|tiff?|heic)$/ },
  { one: "font", many: "fonts", endings: /^\.(?:woff2?|ttf|otf|eot)$/ },
  { one: "video", many: "videos", endings: /^\.(?:mp4|webm|mov|avi|mkv|m4v)$/ },
  { one: "recording", many: "recordings", endings: /^\.(?:mp3|wav|ogg|m4a|flac|opus)$/ },
];

/** Says in a line each what is no problem: pages that are not published, and files of kinds that are not read. */
export const describeLeftOut = ({
  unpublished,
  otherKinds,
}: Pick<Corpus, "unpublished" | "otherKinds">): readonly string[] => [
  ...(unpublished.length > 0 ? [`Unpublished, left out: ${describeUnpublished(unpublished)}.`] : []),
  ...(otherKinds.size > 0 ? [`Not read: ${describeKinds(otherKinds)}.`] : []),
];

const describeUnpublished = (pages: Corpus["unpublished"]): string => {
  const named = pages.slice(0, maxNamed).map(({ path, reason }) => `${path} (${reason})`);
  const more = pages.length > maxNamed ? `, and ${pages.length - maxNamed} more` : "";
  return `${counted(pages.length, "file", "files")}: ${named.join(", ")}${more}`;
};

const describeKinds = (otherKinds: Corpus["otherKinds"]): string => {
  const groups = new Map<string, { count: number; readonly endings: string[] }>();
  const byCount = [...otherKinds].toSorted(
    ([a, m], [b, n]) => n - m || Number(a === "") - Number(b === "") || (a < b ? -1 : 1),
  );
  for (const [ending, count] of byCount) {
    const name = kinds.find(({ endings }) => endings.test(ending))?.many ?? ending;
    const group = groups.get(name) ?? { count: 0, endings: [] };
    groups.set(name, { count: group.count + count, endings: [...group.endings, ending] });
  }
  const words = [...groups]
    .toSorted(([, a], [, b]) => b.count - a.count)
    .map(([name, group]) => wordsOf(name, group));
  const more = words.length - maxKinds;
  return [...words.slice(0, maxKinds), ...(more > 0 ? [`${more} other kinds`] : [])].join(", ");
};

const wordsOf = (
  name: string,
  { count, endings }: { readonly count: number; readonly endings: readonly string[] },
): string => {
  if (name === "") return `${count} without an ending`;
  const kind = kinds.find(({ many }) => many === name);
  return kind ? `${counted(count, kind.one, kind.many)} (${endings.join(", ")})` : `${count} ${name}`;
};

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
