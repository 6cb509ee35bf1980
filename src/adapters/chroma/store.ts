import { AsyncLocalStorage } from "node:async_hooks";
import { ChromaClient } from "chromadb";
import type { Collection } from "chromadb";
import { currentTelemetry, inSpan } from "../../telemetry/in-span.ts";
import type { Neighbour, VectorStore } from "../../ports/vector-store.ts";
import { AppError, messageOf } from "../../shared/app-error.ts";
import { singleFlight } from "../../shared/single-flight.ts";
import { withSignal } from "../../shared/with-signal.ts";

/** The client's methods take no AbortSignal, so the signal reaches the HTTP request through this storage. */
const callSignal = new AsyncLocalStorage<AbortSignal>();

/** Makes the client of a Chroma server. It sends no request. */
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

/** Runs calls of the client that the signal aborts, so that a hung engine cannot outlast a deadline. */
export const underSignal = <T>(signal: AbortSignal, calls: () => Promise<T>): Promise<T> =>
  callSignal.run(signal, calls);

interface OpenCollections {
  readonly client: ChromaClient;
  readonly url: string;
  /** The collection of each namespace. */
  readonly collections: ReadonlyMap<string, string>;
  /** The handles of the collections, if they were looked up before. */
  readonly handles?: ReadonlyMap<string, Collection>;
  readonly signal: AbortSignal;
  /** Resolves when the server answers: for an engine of this process, after a restart that is under way. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Why the server does not stay up. */
  readonly trouble: () => string | undefined;
  /** Whether a missing collection makes the store broken, so that its generation is opened again from another copy. */
  readonly replaceable: boolean;
  readonly close: VectorStore["close"];
}

const lookUpTimeoutMs = 5_000;

/**
 * Opens the collections of one generation. Their handles are looked up once, so that a question
 * costs one call for each namespace and no other. A collection that is missing fails its own namespace only.
 */
export const openChromaStore = async (options: OpenCollections): Promise<VectorStore> => {
  let handles = options.handles ?? (await lookUp(options, options.signal));
  let gone: string | undefined;

  const refreshHandles = singleFlight(async () => {
    handles = await lookUp(options, AbortSignal.timeout(lookUpTimeoutMs));
  });

  const handleOf = (namespace: string): Collection => {
    const handle = handles.get(namespace);
    if (!handle) throw new AppError("namespace_failed", "its collection does not exist");
    return handle;
  };

  /** Repairs what made a call fail, a dead engine or an old handle; `false` if a retry would not help. */
  const canRetryAfterRepair = async (
    error: unknown,
    namespace: string,
    signal: AbortSignal,
  ): Promise<boolean> => {
    if (isNamed(error, "ChromaConnectionError") && !signal.aborted && options.trouble() === undefined) {
      await options.ready(signal);
      return true;
    }
    if (!isNamed(error, "ChromaNotFoundError")) return false;
    await withSignal(refreshHandles(), signal);
    if (handles.has(namespace)) return true;
    if (options.replaceable) gone = `the collection of ${namespace} is gone`;
    return false;
  };

  const ask = <T>(
    { namespace, signal }: { readonly namespace: string; readonly signal: AbortSignal },
    call: (collection: Collection) => Promise<T>,
  ): Promise<T> =>
    underSignal(signal, async () => {
      const callOnce = (): Promise<T> =>
        inSpan(
          currentTelemetry(),
          `chroma ${namespace}`,
          { call: asCall(namespace), outcome: () => ({ status: 200 }) },
          () => call(handleOf(namespace)),
        );
      try {
        return await callOnce().catch(async (error: unknown) => {
          if (!(await canRetryAfterRepair(error, namespace, signal))) throw error;
          return callOnce();
        });
      } catch (error) {
        const why = signal.aborted ? "no answer in time" : messageOf(error);
        throw new AppError("namespace_failed", why, { cause: error });
      }
    });

  const asCall = (namespace: string): { method: string; url: string } => ({
    method: "POST",
    url: `${options.url}/collections/${options.collections.get(namespace) ?? namespace}`,
  });

  return {
    nearest: (asked) =>
      ask(asked, async (collection) =>
        toNeighbours(
          await collection.query({
            queryEmbeddings: [asked.vector as number[]],
            nResults: asked.limit,
            include: ["distances"],
          }),
        ),
      ),
    recover: async (signal) => {
      await options.ready(signal);
      await withSignal(refreshHandles(), signal);
    },
    get broken() {
      return gone ?? options.trouble();
    },
    close: options.close,
  };
};

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

const lookUp = async (
  { client, collections }: Pick<OpenCollections, "client" | "collections">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Collection>> => {
  const handles = new Map<string, Collection>();
  for (const [namespace, name] of collections) {
    try {
      handles.set(namespace, await underSignal(signal, () => client.getCollection({ name })));
    } catch (error) {
      if (isNamed(error, "ChromaNotFoundError")) continue;
      throw new AppError("engine_unavailable", `Chroma did not answer: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  return handles;
};

type QueryResult = Awaited<ReturnType<Collection["query"]>>;

const toNeighbours = ({ ids, distances }: QueryResult): readonly Neighbour[] =>
  (ids[0] ?? []).map((id, index) => ({ id, similarity: 1 - (distances[0]?.[index] ?? 1) }));
