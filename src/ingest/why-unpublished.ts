type Data = Readonly<Record<string, unknown>>;

/** Keys that hide a page by what they say, as they are spelled by generators, without `-` and `_`. */
const hiding: ReadonlySet<string> = new Set(["draft", "private", "unlisted", "hidden"]);
const publishing: ReadonlySet<string> = new Set(["published", "publish"]);
const publishedLater: ReadonlySet<string> = new Set(["publishdate", "pubdate", "published", "publish"]);
const publishedUntil: ReadonlySet<string> = new Set(["expirydate", "expirationdate", "unpublishdate"]);

const yes: ReadonlySet<string> = new Set(["true", "yes", "y", "on", "1"]);
const no: ReadonlySet<string> = new Set(["false", "no", "n", "off", "0"]);
const nothing: ReadonlySet<string> = new Set(["", "null", "~"]);

/** Who may see a page that is for all. */
const everyone: ReadonlySet<string> = new Set([
  ...yes,
  ...nothing,
  "public",
  "published",
  "visible",
  "listed",
  "everyone",
  "all",
]);

/** Says which statement of a page hides it, such as `draft: true`; `undefined` for one that is published now. */
export const whyUnpublished = (data: Data, now: Date): string | undefined =>
  whyHidden(data) ?? whyNotNow(data, now);

/** The same for a data file, whose dates are facts like others. */
export const whyHidden = (data: Data): string | undefined =>
  findStatement(data, (key, text) => {
    // words that are neither, such as "family only", hide as well
    if (hiding.has(key)) return !no.has(text) && !nothing.has(text);
    if (publishing.has(key)) return no.has(text);
    if (key === "status") return text === "draft" || text === "private" || text === "unpublished";
    return key === "visibility" && !everyone.has(text);
  });

const whyNotNow = (data: Data, now: Date): string | undefined =>
  findStatement(data, (key, text) => {
    // a number without a year is read as a date too
    const time = /\d{4}/.test(text) ? Date.parse(text) : Number.NaN;
    return (
      (publishedLater.has(key) && time > now.getTime()) || (publishedUntil.has(key) && time <= now.getTime())
    );
  });

const findStatement = (data: Data, hides: (key: string, text: string) => boolean): string | undefined => {
  for (const [key, value] of Object.entries(data)) {
    const text = textOf(value);
    if (text !== undefined && hides(key.toLowerCase().replaceAll(/[-_\s]/g, ""), text.toLowerCase()))
      return `${key}: ${text.slice(0, 40)}`;
  }
  return undefined;
};

const textOf = (value: unknown): string | undefined => {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (typeof value === "string") return value.trim();
  return typeof value === "boolean" || typeof value === "number" ? String(value) : undefined;
};
