import { createHmac, randomBytes } from "node:crypto";
import { sameSecret } from "../../shared/same-secret.ts";

/** Of a question that the app asks itself. */
export const selfTestHeader = "x-colophon-self-test";

/** Minutes, since two machines' clocks differ: one that is off by more makes it a visitor's question, no worse. */
const validMs = 300_000;

interface Marked {
  readonly headers: { get(name: string): string | null };
}

export interface SelfTestMark {
  /** A mark for one request, good for some minutes. */
  sign(now?: number): string;
  /** Whether a request was made by the self-test; whatever else is in the header counts for nothing. */
  isOn(request: Marked, now?: number): boolean;
}

/**
 * Marks the self-test's questions so that no visitor can: signed with the function key, which all processes
 * of an app share. Without one, a process knows its own marks alone.
 */
export const createSelfTestMark = (functionKey: string | undefined): SelfTestMark => {
  const secret = functionKey ?? randomBytes(32);
  const signed = (time: string): string =>
    `${time}.${createHmac("sha256", secret).update(`colophon self-test ${time}`).digest("base64url")}`;
  return {
    sign: (now = Date.now()) => signed(`${now}-${randomBytes(9).toString("base64url")}`),
    isOn: ({ headers }, now = Date.now()) => {
      const given = headers.get(selfTestHeader) ?? "";
      const [, time, at] = /^((\d{1,16})-[\w-]{12})\.[\w-]{43}$/.exec(given) ?? [];
      if (time === undefined || Math.abs(now - Number(at)) > validMs) return false;
      return sameSecret(given, signed(time));
    },
  };
};
