import { AppError } from "../shared/app-error.ts";
import { sameSecret } from "../shared/same-secret.ts";
import type { IncomingRequest } from "./request.ts";

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

type Addressed = Pick<IncomingRequest, "url" | "headers">;

/** Whether a browser's page of this origin may use the app: one that was allowed, or one of the app itself. */
export const allowsOrigin = (origin: string, request: Addressed, allowed: readonly string[]): boolean =>
  allowed.includes("*") || allowed.includes(origin) || isOwn(origin, request);

/**
 * The app's own pages are at the host that was asked: as the browser named it, or as the proxy in front
 * of the app passed it on. No page can send either of these headers for a host that is not its own
 * without a preflight, which is refused.
 */
const isOwn = (origin: string, { url, headers }: Addressed): boolean => {
  if (!URL.canParse(origin)) return false;
  const { protocol, host, hostname } = new URL(origin);
  if (protocol !== "https:" && !(protocol === "http:" && isLocalName(hostname))) return false;
  const asked = [new URL(url).host, headers.get("host"), headers.get("x-forwarded-host")?.split(",")[0]];
  return asked.some((name) => name && hostOf(protocol, name.trim()) === host);
};

/**
 * Over plain http, a name that anybody may register can be pointed at this machine by a page that wants
 * to read its answers (DNS rebinding): then the host that was asked proves nothing.
 */
const isLocalName = (hostname: string): boolean =>
  !hostname.includes(".") || /^[\d.]+$/.test(hostname) || /\.(?:localhost|local|internal)$/.test(hostname);

const hostOf = (protocol: string, name: string): string | undefined =>
  URL.canParse(`${protocol}//${name}`) ? new URL(`${protocol}//${name}`).host : undefined;

/** Whether a request carries the function key, where Azure looks for it too. Nobody holds a key that is not set. */
export const holdsKey = (
  { headers, query }: Pick<IncomingRequest, "headers" | "query">,
  key: string | undefined,
): boolean => {
  const given = headers.get("x-functions-key") ?? query.get("code");
  return key !== undefined && given !== null && sameSecret(given, key);
};
