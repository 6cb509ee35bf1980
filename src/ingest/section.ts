/** A part of a file that belongs together: what stands under one heading or one key. */
export interface Section {
  /** The heading path or key, for people: `Note G > The program`, `basic_identity`. May be empty. */
  readonly heading: string;
  /** `facts` are lines that each stand for themselves; `prose` is read in order. */
  readonly kind: "facts" | "prose";
  /** The fact that names the object that the facts are of, such as its `name` or `title`. */
  readonly title?: Block | undefined;
  /** Tells the objects of a file apart, where they have the same name. */
  readonly record?: string;
  readonly blocks: readonly Block[];
}

/**
 * What a block is to a reader. `step`: an item of an ordered list. `question`: one whose answer is what follows.
 * `row`: of a table, each cell behind the name of its column.
 */
export type BlockKind = "paragraph" | "item" | "step" | "row" | "code" | "fact" | "question";

export interface Block {
  readonly kind: BlockKind;
  readonly text: string;
  /** Its first line in the file, from 1. */
  readonly line: number;
  /** The number of the list or table that it is of, among those of its file. */
  readonly list?: number;
  /** How deep an item is nested, from 1. */
  readonly depth?: number;
  /** The keys that lead to a fact's value. */
  readonly path?: readonly string[];
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
