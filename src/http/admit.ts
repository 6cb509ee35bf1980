import { AppError } from "../shared/app-error.ts";
import { allowsOrigin } from "./allows-origin.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import { sameSecret } from "./same-secret.ts";

/** Who may ask. */
export interface AdmissionPolicy {
  /** Without any, everybody may. */
  readonly apiKeys: readonly string[];
  /** Other sites whose pages may, or `*`. */
  readonly allowedOrigins: readonly string[];
}

/**
 * Lets a request in, before anything is done for it. Fails with `origin_not_allowed` or, where a key is
 * asked for, `unauthorized`.
 */
export const admit = (
  request: Pick<IncomingRequest, "url" | "headers">,
  { apiKeys, allowedOrigins }: AdmissionPolicy,
  { open }: { readonly open: boolean },
): void => {
  const origin = request.headers.get("origin");
  if (origin !== null && !allowsOrigin(origin, request, allowedOrigins)) {
    throw new AppError(
      "origin_not_allowed",
      `Pages of ${origin.slice(0, 200)} may not use this app. Its owner can add that origin to ALLOWED_ORIGINS.`,
    );
  }
  if (open || apiKeys.length === 0) return;
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
  if (given === undefined) {
    throw new AppError("unauthorized", "An API key is needed, in the header Authorization: Bearer <key>.");
  }
  // all are compared, so that the time taken does not tell which one was nearly right
  if (!apiKeys.map((key) => sameSecret(given, key)).includes(true)) {
    throw new AppError("unauthorized", "This API key is not known here.");
  }
};
