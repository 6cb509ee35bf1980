type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** Of what a server says of a failure. */
const maxFailureBytes = 64 * 1024;

/**
 * Ends a response that goes on and on, with a RangeError. What a server says of a failure is given to the SDK as
 * `{ "error": … }`, however the server words it: of FastAPI's `{ "detail": … }` it would drop all.
 */
export const createBoundedFetch =
  (fetch: Fetch, maxBytes: number): Fetch =>
  async (input, init) => {
    const response = await fetch(input, init);
    const { ok, body, status, headers } = response;
    if (!body) return response;
    return new Response(ok ? bounded(body, maxBytes) : failureOf(body), { status, headers });
  };

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

const bounded = (body: Bytes, maxBytes: number): Bytes => {
  let bytes = 0;
  return body.pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform: (piece, controller) => {
        bytes += piece.length;
        if (bytes > maxBytes) controller.error(new RangeError(`sent more than ${maxBytes} bytes`));
        else controller.enqueue(piece);
      },
    }),
  );
};

/** Read when the SDK asks for it: before it tries again it does not. */
const failureOf = (body: Bytes): Bytes =>
  new ReadableStream(
    {
      pull: async (controller) => {
        controller.enqueue(new TextEncoder().encode(asError(await beginningOf(body))));
        controller.close();
      },
      cancel: (reason) => body.cancel(reason),
    },
    { highWaterMark: 0 },
  );

const beginningOf = async (body: Bytes): Promise<string> => {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes >= maxFailureBytes) break;
  }
  return Buffer.concat(pieces).subarray(0, maxFailureBytes).toString("utf8");
};

const asError = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text);
    const hasError = typeof value === "object" && value !== null && "error" in value && value.error;
    return JSON.stringify(hasError ? value : { error: value });
  } catch {
    return text;
  }
};
