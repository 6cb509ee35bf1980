import { withoutOverrides } from "../core/parse-json.ts";

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00A0",
};

/** Puts characters in the place of their references, `&amp;` and `&#38;`: HTML would, but none is made here. */
export const decodeReferences = (text: string): string =>
  withoutOverrides(
    text.replaceAll(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,8}));/gi,
      (reference, decimal, hex, name: string) => {
        if (name) return named[name] ?? reference;
        const point = decimal ? Number(decimal) : Number.parseInt(hex as string, 16);
        return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : reference;
      },
    ),
  );
