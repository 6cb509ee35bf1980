import type * as z from "zod";
import { AppError } from "../shared/app-error.ts";
import { withSignal } from "../shared/with-signal.ts";
import type { IncomingRequest } from "./request.ts";

/** A client of a conversation sends all of it again, with the sources that each answer came with. */
const maxMegabytes = 4;
const maxBytes = maxMegabytes * 1024 * 1024;

const maxDepth = 32;

/** How long a caller may pause while it sends its body, and take in all: 4 MB come over a slow line. */
export const pauseTimeoutMs = 10_000;
const bodyTimeoutMs = 60_000;

/** The request's body as JSON. Fails with a 4xx code that names what is wrong with it. */
export const readJsonBody = async (request: IncomingRequest): Promise<unknown> => {
  const type = request.headers.get("content-type") ?? "";
  // curl says "urlencoded" unless set otherwise: what counts is that the body is JSON
  if (/^multipart\//i.test(type)) {
    throw new AppError(
      "unsupported_media_type",
      "Files cannot be sent; send a JSON body (application/json).",
    );
  }
  const text = decode(await readBytes(request));
  if (text.trim() === "") throw new AppError("bad_request", "The body is empty; send a JSON object.");
  if (depthOf(text) > maxDepth) {
    throw new AppError("bad_request", `The body is nested more than ${maxDepth} levels deep.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("bad_request", `The body is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
};

const readBytes = async ({ body }: IncomingRequest): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let failure: unknown;
  try {
    for await (const chunk of inTime(body)) {
      size += chunk.byteLength;
      // what is too large is taken in and dropped: a caller that is cut off in mid-body does not read why
      if (size <= maxBytes) chunks.push(chunk);
    }
  } catch (error) {
    failure = error;
  }
  if (size > maxBytes) {
    throw new AppError(
      "body_too_large",
      `The body is larger than ${maxMegabytes} MB. Of a conversation, send the newest messages alone.`,
    );
  }
  if (failure === undefined) return Buffer.concat(chunks);
  const late = failure instanceof Error && failure.name === "TimeoutError";
  const what = late ? "did not arrive in time" : "ended before it was complete";
  throw new AppError("bad_request", `The body ${what}.`, { cause: failure });
};

/** The pieces of a body as they come. Throws a `TimeoutError` when they stop coming. */
async function* inTime(body: IncomingRequest["body"]): AsyncGenerator<Uint8Array> {
  const iterator = body?.[Symbol.asyncIterator]();
  if (!iterator) return;
  const deadline = AbortSignal.timeout(bodyTimeoutMs);
  for (;;) {
    const signal = AbortSignal.any([deadline, AbortSignal.timeout(pauseTimeoutMs)]);
    const { done, value } = await withSignal(iterator.next(), signal);
    if (done) return;
    yield value;
  }
}

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new AppError("bad_request", "The body is not UTF-8 text.", { cause: error });
  }
};

/** Counted before parsing: what handles the parsed value later may well be recursive. */
const depthOf = (json: string): number => {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < json.length; index += 1) {
    const character = json[index];
    if (inString) {
      if (character === "\\") index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, (depth += 1));
    else if (character === "]" || character === "}") depth -= 1;
  }
  return deepest;
};

const maxIssues = 10;

/** An issue repeats names of the body, which may be as long as that. */
const maxMessageCharacters = 1_000;
const maxParamCharacters = 200;

/**
 * Checks a value, and fails with `bad_request` naming every place where it is not as it should be. `at` is the path
 * of the value in the body.
 */
export const parseWith = <T>(schema: z.ZodType<T>, value: unknown, at = ""): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const places = result.error.issues
    .slice(0, maxIssues)
    .map(({ path, message }) => ({ path: [at, ...path].filter((part) => part !== "").join("."), message }));
  const words = places.map(({ path, message }) => `${path || "body"}: ${message}`).join("; ");
  const param = places[0]?.path.slice(0, maxParamCharacters).toWellFormed();
  throw new AppError(
    "bad_request",
    words.slice(0, maxMessageCharacters).toWellFormed(),
    param ? { param } : {},
  );
};
