import type { IncomingMessage } from "node:http";
import type { LoadedApp } from "./app.ts";
import { findTrigger } from "./core.ts";
import type { RegisteredFunction } from "./core.ts";
import type { Timers } from "./timers.ts";

interface AdminContext {
  readonly app: LoadedApp;
  readonly timers: Timers;
  readonly maxBodyBytes: number;
}

interface AdminAnswer {
  readonly status: number;
  readonly json?: unknown;
}

/** Answers a GET of `/admin/functions` with the list, and a POST to `/admin/functions/<name>` by running that timer. */
export const answerAdmin = async (
  { app, timers, maxBodyBytes }: AdminContext,
  path: string,
  request: IncomingMessage,
): Promise<AdminAnswer> => {
  const [isFunctions, name] = /^\/admin\/functions(?:\/([^/]+))?\/?$/i.exec(path) ?? [];
  if (isFunctions && name === undefined && request.method === "GET") {
    return { status: 200, json: app.functions.map(describeFunction) };
  }
  const registered = app.functions.find(
    ({ metadata }) => metadata.name.toLowerCase() === name?.toLowerCase(),
  );
  if (!registered || request.method !== "POST") return { status: 404 };

  const body = await readBody(request, maxBodyBytes);
  if (body === undefined) return { status: 413 };
  if (!isEmptyOrJson(body) || findTrigger(registered.metadata).type !== "timertrigger") {
    return { status: 400 };
  }
  timers.fire(registered);
  return { status: 202 };
};

const describeFunction = ({ metadata }: RegisteredFunction): object => {
  const { name } = metadata;
  const { type, binding } = findTrigger(metadata);
  if (type !== "httptrigger") return { name, trigger: binding.type };
  return { name, route: binding.route || name, methods: binding.methods, trigger: binding.type };
};

/** The text of a body; `undefined` when it is longer than the limit. */
const readBody = async (request: IncomingMessage, maxBytes: number): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // a longer body is read to its end all the same: to leave the loop would reset the connection
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString();
};

const isEmptyOrJson = (text: string): boolean => {
  if (text.trim() === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
