import { decodeReferences } from "./decode-references.ts";

/** What stands in a line of Markdown. HTML is text, and images are links. */
export type Inline =
  | { readonly type: "text" | "code"; readonly text: string }
  | { readonly type: "break" }
  | { readonly type: Emphasis; readonly children: readonly Inline[] }
  | { readonly type: "link"; readonly address: string; readonly children: readonly Inline[] };

type Emphasis = "strong" | "emphasis" | "deletion";

/** Emphasis nested deeper is left out, its text stays: browsers lay out deep trees slowly. */
const maxDepth = 12;

/** Where anything but text may start. Of a word, only its first letter: no letter is looked at from two places. */
const special =
  /[\\`*_~[\]<\n]|!\[|(?<![\p{L}\p{N}])(?:https?:\/\/|www\.)(?=[\p{L}\p{N}])|(?<![\w.+-])[\w.+-]{1,64}@(?=[\p{L}\p{N}])/giu;
const escape = /\\[!-/:-@[-`{-~]/y;
const codeMark = /`+/y;
const emphasisMark = /\*+|_+|~+/y;
const bareAddress = /[^\s<>[\]`]+/y;
const mailDomain = /(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{1,63}/uy;
const angleAddress = /<(?:([a-z][a-z\d+.-]{1,31}:[^\s<>]*)|([\w.+-]{1,64}@[\w.-]{1,255}))>/iy;

/** `(address "title")`. The bounds keep a heap of opening brackets from looking through the whole text each. */
const target = new RegExp(
  String.raw`\([ \t\n]{0,99}(?:<((?:[^<>\\\n]|\\.){0,2000})>|((?:[^\s()<\\]|\\\S|\((?:[^\s()\\]|\\\S){0,500}\)){0,2000}))` +
    String.raw`(?:[ \t\n]{1,99}(?:"(?:[^"\\]|\\.){0,500}"|'(?:[^'\\]|\\.){0,500}'|\((?:[^()\\]|\\.){0,500}\)))?[ \t\n]{0,99}\)`,
  "y",
);

/**
 * Reads the text of a paragraph as CommonMark does, with the line breaks, the strikethrough and the bare
 * addresses of GitHub; references (`[text][name]`) stay text. The time taken is in proportion to the text,
 * whatever it is: a mark that has no partner is never searched for twice.
 */
export const parseInlines = (text: string): readonly Inline[] => {
  const pieces: Piece[] = [];
  const runs: Run[] = [];
  const brackets: Bracket[] = [];
  /** Brackets below this hold a link, and so can't become one. */
  let linkFloor = 0;
  const codeEnd = codeEndFinder(text);

  /** Reads what starts at a special character, and gives where it ends. */
  const read = (at: number, found: string): number => {
    switch (found) {
      case "\n":
        pieces.push({ leaf: { type: "break" } });
        return at + 1;
      case "\\": {
        if (text[at + 1] !== "\n") pieces.push(textPiece(match(escape, text, at)?.slice(1) ?? "\\"));
        return at + (match(escape, text, at)?.length ?? 1);
      }
      case "`": {
        const mark = match(codeMark, text, at) ?? "`";
        const end = codeEnd(at, mark.length);
        if (end === undefined) pieces.push(textPiece(mark));
        else pieces.push({ leaf: { type: "code", text: codeText(text.slice(at + mark.length, end)) } });
        return (end ?? at) + mark.length;
      }
      case "*":
      case "_":
      case "~": {
        const mark = match(emphasisMark, text, at) ?? found;
        const run = runOf(text, at, mark);
        pieces.push(run);
        runs.push(run);
        return at + mark.length;
      }
      case "[":
      case "![": {
        const bracket: Bracket = { isImage: found === "![", firstRun: runs.length, address: undefined };
        pieces.push(bracket);
        brackets.push(bracket);
        return at + found.length;
      }
      case "]":
        return at + 1 + closeBracket(at + 1);
      case "<": {
        const link = match(angleAddress, text, at);
        const address = link?.slice(1, -1);
        pieces.push(
          address ? linkPiece(address, isMail(address) ? `mailto:${address}` : address) : textPiece("<"),
        );
        return at + (link?.length ?? 1);
      }
      default:
        return found.endsWith("@") ? readMail(at, found) : readAddress(at);
    }
  };

  /** Makes a link of the newest bracket if an address follows; gives how much that takes. */
  const closeBracket = (at: number): number => {
    const bracket = brackets.pop();
    const canLink = bracket?.isImage === true || brackets.length >= linkFloor;
    linkFloor = Math.min(linkFloor, brackets.length);
    target.lastIndex = at;
    const found = bracket && canLink ? target.exec(text) : null;
    if (!bracket || !found) {
      pieces.push(textPiece("]"));
      return 0;
    }
    pairRuns(runs.splice(bracket.firstRun));
    bracket.address = decodeReferences((found[1] ?? found[2] ?? "").replaceAll(/\\([!-/:-@[-`{-~])/g, "$1"));
    pieces.push({ isEnd: true });
    if (!bracket.isImage) linkFloor = brackets.length;
    return found[0].length;
  };

  const readMail = (at: number, local: string): number => {
    const domain = match(mailDomain, text, at + local.length);
    pieces.push(domain ? linkPiece(local + domain, `mailto:${local}${domain}`) : textPiece(local));
    return at + local.length + (domain?.length ?? 0);
  };
  const readAddress = (at: number): number => {
    const address = withoutClosing(match(bareAddress, text, at) ?? "");
    pieces.push(linkPiece(address, /^www/i.test(address) ? `http://${address}` : address));
    return at + address.length;
  };

  for (let at = 0; at < text.length;) {
    special.lastIndex = at;
    const found = special.exec(text);
    pieces.push(textPiece(decodeReferences(text.slice(at, found?.index))));
    at = found ? read(found.index, found[0]) : text.length;
  }
  pairRuns(runs);
  return treeOf(pieces);
};

/** A piece of the text, in its order; the tree is made of them once it is known which marks belong together. */
type Piece = { readonly leaf: Inline } | Run | Bracket | { readonly isEnd: true };

/** Signs of emphasis in a row. */
interface Run {
  readonly sign: string;
  readonly length: number;
  readonly canOpen: boolean;
  readonly canClose: boolean;
  /** How many of its signs have no partner. */
  left: number;
  readonly opens: Emphasis[];
  readonly closes: Emphasis[];
}

interface Bracket {
  readonly isImage: boolean;
  /** The first of the runs after it. */
  readonly firstRun: number;
  /** Once it is a link. */
  address: string | undefined;
}

const textPiece = (text: string): Piece => ({ leaf: { type: "text", text } });

const linkPiece = (text: string, address: string): Piece => ({
  leaf: { type: "link", address, children: [{ type: "text", text }] },
});

const isMail = (address: string): boolean => !address.includes(":");

const match = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

/** Finds where code ends: at the next marks of the same length. `at` only grows, so each mark is passed once. */
const codeEndFinder = (text: string): ((at: number, length: number) => number | undefined) => {
  let ends: Map<number, number[]> | undefined;
  const findAll = (): Map<number, number[]> => {
    const found = new Map<number, number[]>();
    for (const { 0: mark, index } of [...text.matchAll(/`+/g)].toReversed()) {
      const alike = found.get(mark.length);
      if (alike) alike.push(index);
      else found.set(mark.length, [index]);
    }
    return found;
  };
  return (at, length) => {
    ends ??= findAll();
    const nearestLast = ends.get(length) ?? [];
    while ((nearestLast.at(-1) ?? Number.POSITIVE_INFINITY) <= at) nearestLast.pop();
    return nearestLast.at(-1);
  };
};

const codeText = (text: string): string => {
  const line = text.replaceAll("\n", " ");
  return line.startsWith(" ") && line.endsWith(" ") && /[^ ]/.test(line) ? line.slice(1, -1) : line;
};

const runOf = (text: string, at: number, mark: string): Run => {
  const before = kindOf(characterBefore(text, at));
  const after = kindOf(String.fromCodePoint(text.codePointAt(at + mark.length) ?? 32));
  const canStart = after === "word" || (after === "sign" && before !== "word");
  const canEnd = before === "word" || (before === "sign" && after !== "word");
  const isInWord = mark.startsWith("_") && canStart && canEnd;
  const isMark = !mark.startsWith("~") || mark.length <= 2;
  return {
    sign: mark.charAt(0),
    length: mark.length,
    canOpen: isMark && canStart && (!isInWord || before === "sign"),
    canClose: isMark && canEnd && (!isInWord || after === "sign"),
    left: mark.length,
    opens: [],
    closes: [],
  };
};

const characterBefore = (text: string, at: number): string => {
  const pair = text.codePointAt(at - 2) ?? 0;
  return pair > 0xff_ff ? String.fromCodePoint(pair) : text.charAt(at - 1);
};

/** The ends of the text count as space. */
const kindOf = (character: string): "space" | "sign" | "word" => {
  if (character.trim() === "") return "space";
  return /[\p{P}\p{S}]/u.test(character) ? "sign" : "word";
};

/**
 * Finds the partners of emphasis: each mark that can close takes the nearest one before it that fits. How far a
 * search without success went is kept for all marks like it, so that none goes there again.
 */
const pairRuns = (runs: readonly Run[]): void => {
  const open: Run[] = [];
  const floors = new Map<string, number>();
  for (const closer of runs) {
    while (closer.canClose && closer.left > 0) {
      const alike = `${closer.sign}${closer.canOpen}${closer.sign === "~" ? closer.length : closer.length % 3}`;
      const floor = floors.get(alike) ?? 0;
      const place = open.findLastIndex((opener, index) => index < floor || fits(opener, closer));
      const opener = place < floor ? undefined : open[place];
      if (!opener) {
        floors.set(alike, open.length);
        break;
      }
      const size = closer.sign === "~" ? closer.length : Math.min(2, opener.left, closer.left);
      const type = closer.sign === "~" ? "deletion" : size === 2 ? "strong" : "emphasis";
      opener.left -= size;
      closer.left -= size;
      opener.opens.push(type);
      closer.closes.push(type);
      open.length = opener.left > 0 ? place + 1 : place;
      for (const [kind, height] of floors) floors.set(kind, Math.min(height, open.length));
    }
    if (closer.canOpen && closer.left > 0) open.push(closer);
  }
};

/** Where a mark could both open and close, `**a*b**` would be read two ways: the rule of three of CommonMark decides. */
const fits = (opener: Run, closer: Run): boolean => {
  if (opener.sign !== closer.sign) return false;
  if (opener.sign === "~") return opener.length === closer.length;
  if (!opener.canClose && !closer.canOpen) return true;
  return (opener.length + closer.length) % 3 !== 0 || closer.length % 3 === 0;
};

/** What ends a sentence, or a bracket around the address, is no part of it. */
const withoutClosing = (address: string): string => {
  let end = address.length;
  let unopened = address.split(")").length - address.split("(").length;
  for (; end > 0; end -= 1) {
    const last = address.charAt(end - 1);
    if (last === ")" && unopened > 0) unopened -= 1;
    else if (!/[?!.,:;*_~'"]/.test(last)) break;
  }
  return address.slice(0, end);
};

const treeOf = (pieces: readonly Piece[]): readonly Inline[] => {
  const root: Inline[] = [];
  /** The lists that are open, each in the one before it. */
  const lists = [root];
  let links = 0;
  const add = (node: Inline): void => {
    const list = lists.at(-1) ?? root;
    const before = list.at(-1);
    if (node.type === "text" && before?.type === "text") {
      list[list.length - 1] = { type: "text", text: before.text + node.text };
    } else if (node.type !== "text" || node.text !== "") list.push(node);
  };
  const skip = (): void => void lists.push(lists.at(-1) ?? root);
  const open = (make: (children: readonly Inline[]) => Inline): void => {
    if (lists.length > maxDepth) return skip();
    const children: Inline[] = [];
    add(make(children));
    return void lists.push(children);
  };
  for (const piece of pieces) {
    if ("leaf" in piece) {
      if (piece.leaf.type === "link" && links > 0) piece.leaf.children.forEach(add);
      else add(piece.leaf);
    } else if ("isEnd" in piece) {
      lists.pop();
      links -= 1;
    } else if ("isImage" in piece) {
      const { address, isImage } = piece;
      if (address === undefined) add({ type: "text", text: isImage ? "![" : "[" });
      else {
        links += 1;
        if (links > 1) skip();
        else open((children) => ({ type: "link", address, children }));
      }
    } else {
      for (const _ of piece.closes) lists.pop();
      add({ type: "text", text: piece.sign.repeat(piece.left) });
      for (const type of piece.opens.toReversed()) open((children) => ({ type, children }));
    }
  }
  return root;
};
