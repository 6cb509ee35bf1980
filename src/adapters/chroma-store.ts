import { AsyncLocalStorage } from "node:async_hooks";
import { ChromaClient } from "chromadb";
import type { Collection } from "chromadb";
import type { Hit, VectorStore } from "../ports/vector-store.ts";
import { AppError, messageOf } from "../shared/app-error.ts";

/** The client's calls take no signal: each call's own travels beside it to the request. */
const callSignal = new AsyncLocalStorage<AbortSignal>();

/** Connects to a Chroma server; makes no call. */
export const createChromaClient = (url: string, headers: Record<string, string> = {}): ChromaClient => {
  const { hostname, port, protocol } = new URL(url);
  const ssl = protocol === "https:";
  const client = new ChromaClient({
    host: hostname,
    port: Number(port) || (ssl ? 443 : 80),
    ssl,
    headers,
    tenant: "default_tenant",
    database: "default_database",
  });
  client["apiClient"].interceptors.request.use((request: Request) => {
    const signal = callSignal.getStore();
    return signal ? new Request(request, { signal }) : request;
  });
  return client;
};

/** Runs calls of the client under a signal: a hung engine costs no longer than it allows. */
export const underSignal = <T>(signal: AbortSignal, calls: () => Promise<T>): Promise<T> =>
  callSignal.run(signal, calls);

interface StoreOptions {
  readonly client: ChromaClient;
  /** The collection of each namespace. */
  readonly collections: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
  /** Brings the server back if it is ours to bring back. */
  readonly revive: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the collections of one generation. Their handles are looked up here and kept: a question costs
 * one call a namespace and no other. A collection that is missing fails its own namespace only.
 */
export const openChromaStore = async (options: StoreOptions): Promise<VectorStore> => {
  let handles = await lookUp(options, options.signal);
  return {
    search: async ({ namespace, vector, topK, signal }) => {
      const handle = handles.get(namespace);
      if (!handle) throw new AppError("namespace_failed", "its collection does not exist");
      try {
        const query = { queryEmbeddings: [vector as number[]], nResults: topK };
        return toHits(await underSignal(signal, () => handle.query(query)));
      } catch (error) {
        const why = signal.aborted ? "no answer in time" : messageOf(error);
        throw new AppError("namespace_failed", why, { cause: error });
      }
    },
    recover: async (signal) => {
      await options.revive();
      handles = await lookUp(options, signal);
    },
    close: options.close,
  };
};

const lookUp = async (
  { client, collections }: StoreOptions,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Collection>> => {
  const handles = new Map<string, Collection>();
  for (const [namespace, name] of collections) {
    try {
      handles.set(namespace, await underSignal(signal, () => client.getCollection({ name })));
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ChromaNotFoundError") {
        throw new AppError("engine_unavailable", `Chroma did not answer: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
  }
  return handles;
};

type QueryResult = Awaited<ReturnType<Collection["query"]>>;

const toHits = ({ ids, documents, distances, metadatas }: QueryResult): readonly Hit[] =>
  (ids[0] ?? []).map((id, index) => ({
    id,
    text: documents[0]?.[index] ?? "",
    source: textOf(metadatas[0]?.[index]?.["source"]),
    line: Number(metadatas[0]?.[index]?.["line"] ?? 1),
    score: 1 - (distances[0]?.[index] ?? 1),
  }));

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
