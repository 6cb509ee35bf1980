import type { Config } from "../../config/read-config.ts";
import { ok, skipped, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const leastLength = 16;
const makeOne = "Make one with: openssl rand -base64 32";
const placeholder = /^(?:change-?me|secret|password|key|test|example|your-?key.*|xxx+|\.\.\.)$/i;

/** Whether the keys that others have to hold can be guessed, or open more than they should. */
export const checkKeys = ({ functionKey, apiKeys, allowedOrigins }: Config): readonly Finding[] => {
  const findings = [
    ...weak("FUNCTION_KEY", functionKey === undefined ? [] : [functionKey]),
    ...weak("API_KEYS", apiKeys),
  ];
  if (functionKey !== undefined && apiKeys.includes(functionKey)) {
    const found = "FUNCTION_KEY is one of the API_KEYS: who may ask also sees the details of health.";
    findings.push(wrong("keys", found, makeOne));
  }
  if (new Set(apiKeys).size < apiKeys.length) {
    findings.push(
      warning("keys", "API_KEYS names a key twice.", "Remove one, or it cannot be withdrawn by itself."),
    );
  }
  if (apiKeys.length > 0 && allowedOrigins.length > 0) {
    const found =
      "API_KEYS and ALLOWED_ORIGINS are both set: a page that asks has to carry a key, which its visitors can read.";
    findings.push(warning("keys", found, "Give pages no key, or let only servers ask."));
  }
  if (findings.length > 0) return findings;
  if (functionKey === undefined) {
    return [skipped("keys", "FUNCTION_KEY is not set: no one sees the details of health")];
  }
  return [
    ok(
      "keys",
      apiKeys.length > 0
        ? `FUNCTION_KEY and ${apiKeys.length} of API_KEYS`
        : "FUNCTION_KEY; everybody may ask",
    ),
  ];
};

const weak = (name: string, keys: readonly string[]): Finding[] =>
  keys.flatMap((key) => {
    if (placeholder.test(key))
      return [wrong("keys", `${name} holds a placeholder, which anybody can guess.`, makeOne)];
    if (key.length >= leastLength) return [];
    return [
      warning("keys", `${name} holds a key of ${key.length} characters, which can be guessed.`, makeOne),
    ];
  });
