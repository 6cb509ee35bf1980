import { styleText } from "node:util";
import { messageOf } from "../../shared/app-error.ts";
import { wrong } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

const marks = {
  ok: { word: "ok", style: "green" },
  warning: { word: "warn", style: "yellow" },
  wrong: { word: "WRONG", style: "red" },
  skipped: { word: "-", style: "gray" },
} as const;

const markWidth = 6;
const whatWidth = 16;

/** Makes the checks one after another and prints what each finds, as it finds it; gives the exit code. */
export const runChecks = async (checks: Readonly<Record<string, Check>>): Promise<number> => {
  const findings: Finding[] = [];
  for (const [what, check] of Object.entries(checks)) {
    const found = await check().catch((error: unknown) => [failed(what, error)]);
    for (const finding of found) process.stdout.write(`${render(finding)}\n`);
    findings.push(...found);
  }
  const count = (mark: Finding["mark"]): number => findings.filter((finding) => finding.mark === mark).length;
  process.stdout.write(`\n${summary(count("wrong"), count("warning"))}\n`);
  return count("wrong") === 0 ? 0 : 1;
};

/** A check that fails has come upon something unforeseen. */
const failed = (what: string, error: unknown): Finding =>
  wrong(
    what,
    `It could not be looked at: ${messageOf(error)}`,
    "If this makes no sense to you, please report it.",
  );

const render = ({ mark, what, found, remedy }: Finding): string => {
  const { word, style } = marks[mark];
  // styleText leaves the colours out where the output is no terminal, and with NO_COLOR
  const head = styleText(style, word.padEnd(markWidth), { stream: process.stdout });
  const line = `${head} ${what.padEnd(whatWidth)} ${found}`;
  return remedy === undefined ? line : `${line}\n${" ".repeat(markWidth + whatWidth + 2)}-> ${remedy}`;
};

const summary = (wrongs: number, warnings: number): string => {
  const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`;
  const beside = warnings > 0 ? ` (${counted(warnings, "warning")})` : "";
  if (wrongs === 0) return `All fine${beside}.`;
  return `${wrongs === 1 ? "1 thing is" : `${wrongs} things are`} wrong${beside}.`;
};
