import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** Whether a request carries the key, in the header `x-functions-key` or else in the query as `code`. */
export function hasKey(request: IncomingMessage, url: URL, key: string): boolean {
  const given = request.headers["x-functions-key"] ?? url.searchParams.get("code") ?? "";
  return timingSafeEqual(digest(String(given)), digest(key));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
