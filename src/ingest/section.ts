/** A part of a file that belongs together: what stands under one heading or one key. */
export interface Section {
  /** The heading path or key, for people: `Note G > The program`, `basic_identity`. May be empty. */
  readonly heading: string;
  /** `facts` are lines that each stand for themselves; `prose` is read in order. */
  readonly kind: "facts" | "prose";
  readonly blocks: readonly Block[];
}

/** A paragraph, a list item, a table row, a fact. */
export interface Block {
  readonly text: string;
  /** Its first line in the file, from 1. */
  readonly line: number;
}

/** Why a file, or a part of it, was left out. */
export interface Problem {
  readonly file: string;
  readonly line?: number;
  readonly reason: string;
  /** Nothing that could have been read is missing because of it. */
  readonly isHarmless?: boolean;
}

export const describeProblem = ({ file, line, reason }: Problem): string =>
  `${file}${line === undefined ? "" : `:${line}`}: ${reason}`;
