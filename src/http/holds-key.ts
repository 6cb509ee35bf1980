import type { IncomingRequest } from "./incoming-request.ts";
import { sameSecret } from "./same-secret.ts";

/** Whether a request carries the function key, where Azure looks for it too. Nobody holds a key that is not set. */
export const holdsKey = (
  { headers, query }: Pick<IncomingRequest, "headers" | "query">,
  key: string | undefined,
): boolean => {
  const given = headers.get("x-functions-key") ?? query.get("code");
  return key !== undefined && given !== null && sameSecret(given, key);
};
