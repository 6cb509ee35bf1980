import type { HttpCookie } from "./core-contract.ts";

const sameSiteNames = { none: undefined, lax: "Lax", strict: "Strict", explicitNone: "None" } as const;

/** A `Set-Cookie` value. */
export function serializeCookie(cookie: HttpCookie): string {
  const expires = cookie.expires?.value;
  const sameSite = sameSiteNames[cookie.sameSite ?? "none"];
  return [
    `${encodeURIComponent(cookie.name)}=${encodeURIComponent(cookie.value)}`,
    cookie.domain && `Domain=${cookie.domain.value}`,
    cookie.path && `Path=${cookie.path.value}`,
    cookie.maxAge && `Max-Age=${cookie.maxAge.value}`,
    expires !== undefined && `Expires=${toDate(expires).toUTCString()}`,
    cookie.secure?.value && "Secure",
    cookie.httpOnly?.value && "HttpOnly",
    sameSite && `SameSite=${sameSite}`,
  ]
    .filter(Boolean)
    .join("; ");
}

function toDate(expires: number | { readonly seconds: number }): Date {
  return new Date(typeof expires === "number" ? expires : expires.seconds * 1000);
}
