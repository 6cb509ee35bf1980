import type { Namespace } from "./namespace.ts";
import type { VectorStore } from "./vector-store.ts";

/** What a generation holds and what it takes to serve it. */
export interface Manifest {
  readonly format: 1;
  readonly id: string;
  readonly created: string;
  /** What embedded it, and so has to embed the questions. */
  readonly embedder: { readonly name: string; readonly dimensions: number };
  /** Of everything that shaped the generation: the same digest means there is nothing to ingest. */
  readonly corpusDigest: string;
  /** Whom or what the answers are about. */
  readonly subject: string;
  readonly namespaces: readonly (Namespace & { readonly passages: number })[];
}

/** Which generation is served, of those that were published. */
export interface Current {
  /** Grows by one with every publication. */
  readonly sequence: number;
  readonly generation: string;
  readonly parent: string | null;
}

/** What was published, and which of it is served. */
export interface GenerationCatalog {
  /** `undefined` when nothing was ever published. Fails with `generation_unusable` when damaged. */
  current(): Promise<Current | undefined>;
  /** Fails with `generation_unusable`, saying what is wrong with it. */
  manifest(generation: string): Promise<Manifest>;
  /**
   * Records a generation whose index is built, and makes it the served one. `seen` is what was served
   * when its making began: if somebody published since, it fails with `publish_lost`.
   */
  publish(manifest: Manifest, seen: Current | undefined): Promise<Current>;
  /** The generations that were published, oldest first. */
  list(): Promise<readonly string[]>;
  forget(generation: string): Promise<void>;
}

/** A generation lent to one request: it stays open until it is released. */
export interface Lease {
  readonly manifest: Manifest;
  readonly store: VectorStore;
  release(): void;
}

export interface GenerationServer {
  /** The generation to answer from. Only the first request of a process waits for one to be opened. */
  acquire(signal: AbortSignal): Promise<Lease>;
  close(): Promise<void>;
}
