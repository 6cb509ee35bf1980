import type { IncomingRequest } from "./incoming-request.ts";

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
