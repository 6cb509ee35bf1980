/** What the app needs of a request, whichever host it came through. */
export interface IncomingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly query: { get(name: string): string | null };
  /** What stands for the names in the route's path. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** A response as Azure Functions takes it. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** Where the caller found the app, for links to it: `https://ask.example.com`. */
export const appOrigin = ({ url, headers }: Pick<IncomingRequest, "url" | "headers">): string => {
  const asked = new URL(url);
  const host = firstOf(headers.get("x-forwarded-host")) ?? asked.host;
  const protocol = firstOf(headers.get("x-forwarded-proto")) ?? asked.protocol.slice(0, -1);
  const origin = `${protocol === "https" ? "https" : "http"}://${host}`;
  return URL.canParse(origin) ? new URL(origin).origin : asked.origin;
};

const firstOf = (list: string | null): string | undefined => list?.split(",")[0]?.trim() || undefined;
