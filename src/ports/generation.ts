import type { AnswerScores, Embedder } from "./embedder.ts";
import type { Namespace } from "./namespace.ts";
import type { EmbeddedPassage, PassagesById } from "./passage.ts";
import type { VectorStore } from "./vector-store.ts";

/** A file of a generation, with what its readers check. */
export interface GenerationFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  /** For archives: the size on disk once unpacked. */
  readonly unpackedBytes?: number | undefined;
}

/** A question whose answer is known: if a search does not find it, something is wrong. */
export interface Canary {
  readonly question: string;
  /** A text that one of the found sources holds. */
  readonly expect: string;
  /** The namespace of that source. */
  readonly namespace: string;
}

/** A question of the owner, and whether the index answered or refused it as it should. */
export interface AskedQuestion {
  readonly question: string;
  readonly isRight: boolean;
}

/** Which folder a generation was made of, in hashes: nothing of the publisher's machine lies on the share. */
export interface Origin {
  /** The hash of the folder's path, as it was named. */
  readonly name: string;
  /** The hash of the folder's identity: the same after a rename, and through any link. */
  readonly folder: string;
  /** The hash of all files that could be read. */
  readonly files: string;
}

/** What a generation holds and what it takes to serve it. */
export interface Manifest {
  /** Of format 1 are those whose passages have one vector and no units. */
  readonly format: 1 | 2;
  /** `<sequence>-<random>`: sorts by age without any clock. */
  readonly id: string;
  readonly created: string;
  /** The embedder of the passages, which therefore has to embed the questions. */
  readonly embedder: { readonly name: string; readonly dimensions: number };
  /** The hash of everything that shaped the generation: if it is unchanged, there is nothing to ingest. */
  readonly corpusDigest: string;
  readonly origin?: Origin | undefined;
  /** The person or thing that the answers are about. */
  readonly subject: string;
  /** Questions that a visitor is offered first. */
  readonly starters?: readonly string[] | undefined;
  /** What the self-test asks, namespace by namespace. */
  readonly canaries?: readonly Canary[] | undefined;
  /** Where visitors can ask the owner. */
  readonly contact?: string | undefined;
  /** Whether answers are given in the subject's name or about it. */
  readonly speakAs?: "subject" | "about" | undefined;
  /** What became of the owner's questions at the ingest. */
  readonly questions?: readonly AskedQuestion[] | undefined;
  /** Which scores mean an answer; of format 1 none says. */
  readonly scores?: AnswerScores | undefined;
  /** The language of most of the text, such as `en`. */
  readonly language?: string | undefined;
  /** A passage has one vector at least; where `vectors` is not there, exactly one. */
  readonly namespaces: readonly (Namespace & {
    readonly passages: number;
    readonly vectors?: number | undefined;
  })[];
  readonly files: readonly GenerationFile[];
}

/** The content of `CURRENT`: which published generation is served. */
export interface Current {
  /** Grows by one with every publication and every rollback. */
  readonly sequence: number;
  readonly generation: string;
  readonly parent: string | null;
}

/** A published generation's content. Everything read is checked; damage fails with `generation_unusable`. */
export interface GenerationContent {
  readonly manifest: Manifest;
  /** A file of the manifest in pieces. Fails after the last piece if the hash does not match. */
  open(file: GenerationFile): AsyncIterable<Uint8Array>;
  /** All passages by namespace, from the engine-neutral files. */
  passages(): Promise<ReadonlyMap<string, readonly EmbeddedPassage[]>>;
  /** The file that holds the passages without their vectors. It is read from the share once. */
  records(): Promise<Uint8Array>;
  /** The passages without their vectors, and so without reading those. */
  passagesById(): Promise<PassagesById>;
}

/** A generation before it is published: all that its manifest says except the files. */
export interface Draft extends Omit<Manifest, "format" | "files"> {
  readonly passages: ReadonlyMap<string, readonly EmbeddedPassage[]>;
  /** Files beside the engine-neutral ones, by their local paths. */
  readonly archives: readonly {
    readonly name: string;
    readonly path: string;
    readonly unpackedBytes: number;
  }[];
}

/** What was published, and which of it is served. */
export interface GenerationCatalog {
  /** `undefined` when nothing was ever published. Fails with `generation_unusable` when damaged. */
  current(): Promise<Current | undefined>;
  /** The newest publication in the log, for when `CURRENT` cannot be read. */
  lastPublished(): Promise<Current | undefined>;
  /** Fails with `generation_unusable`, saying what was found and what is needed. */
  content(generation: string): Promise<GenerationContent>;
  /** Reads all of a generation's files. Fails with `generation_unusable` when one is not as published. */
  check(generation: string): Promise<void>;
  /** A new id, later than all there are. */
  newId(seen: Current | undefined): Promise<string>;
  /**
   * Writes a generation whose index is built, and makes it the served one. `seen` is what `current` gave when the
   * ingest started: if another publisher was faster, this fails with `publish_lost`.
   */
  publish(draft: Draft, seen: Current | undefined): Promise<Current>;
  /**
   * The generations that were served at some time and are newer than this one, newest first. There are some after a
   * rollback to it.
   */
  publishedAfter(generation: string): Promise<readonly string[]>;
  /** Makes an older generation the served one again. */
  switchTo(generation: string, seen: Current | undefined): Promise<Current>;
  /** The generations that were published whole, oldest first. */
  list(): Promise<readonly string[]>;
  /** Marks a generation as being read until the function it gives is called, so that it is not removed. */
  markReading(generation: string): Promise<() => Promise<void>>;
  /** Removes all but the newest, those served last, and those being read; gives the removed ones. */
  prune(keep: number): Promise<readonly string[]>;
}

/** A generation lent to one request: it stays open until it is released. */
export interface Lease {
  readonly manifest: Manifest;
  readonly store: VectorStore;
  readonly passages: PassagesById;
  readonly embedder: Embedder;
  /** Why it is not the generation that should be served. */
  readonly degraded: string | undefined;
  release(): void;
}

/** The generation that this process answers from. It follows `CURRENT` while requests go on, and names what is wrong. */
export interface LiveGeneration {
  /** Lends the generation to answer from. Only the first request of a process waits for one to be opened. */
  acquire(signal: AbortSignal): Promise<Lease>;
  /** What is wrong with the served generation, or with looking for a newer one. */
  problem(): string | undefined;
  /** Stops serving; what is on local disk stays for the next process. */
  close(): Promise<void>;
}
