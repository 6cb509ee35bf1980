import { AppError } from "../shared/app-error.ts";
import { withSignal } from "../shared/with-signal.ts";
import type { IncomingRequest } from "./incoming-request.ts";

const maxBytes = 256 * 1024;

/** A caller is told only once its body has been taken in, up to here: cutting it off looks like a crash. */
const drainedBytes = 32 * 1024 * 1024;

const maxDepth = 32;

/** How long a caller may take to send its body. */
const bodyTimeoutMs = 10_000;

/** The request's body as JSON. Fails with a 4xx code that names what is wrong with it. */
export const readJsonBody = async (request: IncomingRequest): Promise<unknown> => {
  const type = request.headers.get("content-type") ?? "";
  // curl says "urlencoded" unless told otherwise: what counts is that the body is JSON
  if (/^multipart\//i.test(type)) {
    throw new AppError(
      "unsupported_media_type",
      "Files cannot be sent; send a JSON body (application/json).",
    );
  }
  const text = decode(await readInTime(request));
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

const readInTime = async (request: IncomingRequest): Promise<Uint8Array> => {
  const signal = AbortSignal.timeout(bodyTimeoutMs);
  try {
    return await withSignal(readBytes(request), signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new AppError("bad_request", "The body did not arrive in time.", { cause: error });
  }
};

const readBytes = async ({ body }: IncomingRequest): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.byteLength;
      if (size <= maxBytes) chunks.push(chunk);
      if (size > drainedBytes) break;
    }
  } catch (error) {
    throw new AppError("bad_request", "The body ended before it was complete.", { cause: error });
  }
  if (size > maxBytes) {
    throw new AppError("body_too_large", `The body is larger than ${maxBytes / 1024} KB.`);
  }
  return Buffer.concat(chunks);
};

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
