import type { IncomingRequest } from "./incoming-request.ts";

/** Where the caller found the app, for links to it: `https://ask.example.com`. */
export const appOrigin = ({ url, headers }: Pick<IncomingRequest, "url" | "headers">): string => {
  const asked = new URL(url);
  const host = firstOf(headers.get("x-forwarded-host")) ?? asked.host;
  const protocol = firstOf(headers.get("x-forwarded-proto")) ?? asked.protocol.slice(0, -1);
  const origin = `${protocol === "https" ? "https" : "http"}://${host}`;
  return URL.canParse(origin) ? new URL(origin).origin : asked.origin;
};

const firstOf = (list: string | null): string | undefined => list?.split(",")[0]?.trim() || undefined;
