import type { IncomingMessage, ServerResponse } from "node:http";
import { answerEmpty } from "./answer-empty.ts";
import type { Registry, RegisteredFunction } from "./core-module.ts";
import { deliverMessage } from "./deliver-message.ts";
import { findTrigger } from "./find-trigger.ts";
import { isRecord } from "./is-record.ts";
import { readBody } from "./read-body.ts";
import type { Timers } from "./start-timers.ts";

export interface AdminContext {
  readonly registry: Registry;
  readonly timers: Timers;
  readonly track: (run: Promise<unknown>) => void;
  readonly bodyLimitBytes: number;
}

interface AdminRequest {
  readonly path: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers `/admin/functions` (the list) and `/admin/functions/<name>` (runs a timer or queue function). */
export async function answerAdmin(
  context: AdminContext,
  { path, request, response }: AdminRequest,
): Promise<void> {
  const [, name] = /^\/admin\/functions(?:\/([^/]+))?\/?$/i.exec(path) ?? [];
  if (/^\/admin\/functions\/?$/i.test(path) && request.method === "GET") {
    const list = JSON.stringify(context.registry.functions.map(describeFunction));
    response.writeHead(200, { "content-type": "application/json" }).end(list);
    return;
  }
  const registered = context.registry.functions.find(
    ({ metadata }) => metadata.name.toLowerCase() === name?.toLowerCase(),
  );
  if (!registered || request.method !== "POST") return answerEmpty(response, 404);

  const body = await readBody(request, context.bodyLimitBytes);
  if (!body) return answerEmpty(response, 413);
  const input = parseInput(body.toString());
  const { type } = findTrigger(registered.metadata);
  if (input === undefined || !["timertrigger", "queuetrigger"].includes(type))
    return answerEmpty(response, 400);
  if (type === "timertrigger") context.timers.fire(registered);
  else context.track(deliverMessage(context.registry, registered, input));
  answerEmpty(response, 202);
}

function describeFunction({ metadata }: RegisteredFunction): object {
  const { type, binding } = findTrigger(metadata);
  const { name } = metadata;
  if (type !== "httptrigger") return { name, trigger: binding.type };
  return { name, route: binding.route || name, methods: binding.methods, trigger: binding.type };
}

function parseInput(body: string): string | undefined {
  if (body.trim() === "") return "";
  try {
    const parsed: unknown = JSON.parse(body);
    const input = isRecord(parsed) ? (parsed["input"] ?? "") : "";
    return typeof input === "string" ? input : JSON.stringify(input);
  } catch {
    return undefined;
  }
}
