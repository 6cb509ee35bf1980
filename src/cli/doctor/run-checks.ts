import { messageOf } from "../../shared/app-error.ts";
import { outputClosed } from "../lib/output-closed.ts";
import { wrong } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

/** Makes the checks one after another, and hands on what each finds as it finds it; ends early without a reader. */
export const runChecks = async (
  checks: Readonly<Record<string, Check>>,
  onFinding: (finding: Finding) => void,
): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const [what, check] of Object.entries(checks)) {
    if (outputClosed.aborted) break;
    const found = await check().catch((error: unknown) => [failed(what, error)]);
    for (const finding of found) onFinding(finding);
    findings.push(...found);
  }
  return findings;
};

/** A check that fails has come upon something unforeseen. */
const failed = (what: string, error: unknown): Finding =>
  wrong(
    what,
    `It could not be looked at: ${messageOf(error)}`,
    "If this makes no sense to you, please report it.",
  );
