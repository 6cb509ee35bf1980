import { join } from "node:path";
import { isRecord } from "./is-record.ts";
import { readJsonFile } from "./read-json-file.ts";

/** The route prefix that host.json sets, without slashes around it; `api` when it sets none. */
export async function readRoutePrefix(appRoot: string): Promise<string> {
  const path = join(appRoot, "host.json");
  const file = await readJsonFile(path);
  if (!file) throw new Error(`${path} is missing.`);
  const extensions = member(file, "extensions");
  const prefix = member(member(extensions, "http"), "routePrefix") ?? "api";
  if (typeof prefix !== "string") throw new Error(`extensions.http.routePrefix in ${path} must be a string.`);
  return prefix.replaceAll(/^\/+|\/+$/g, "");
}

function member(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}
