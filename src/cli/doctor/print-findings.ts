import { styleText } from "node:util";
import type { Finding } from "./finding.ts";

const marks = {
  ok: { word: "ok", style: "green" },
  warning: { word: "warn", style: "yellow" },
  wrong: { word: "WRONG", style: "red" },
  skipped: { word: "-", style: "gray" },
} as const;

const markWidth = 6;
const whatWidth = 16;

/** Prints a finding with its remedy. */
export const printFinding = (finding: Finding): void => void process.stdout.write(`${render(finding)}\n`);

const render = ({ mark, what, found, remedy }: Finding): string => {
  const { word, style } = marks[mark];
  // styleText leaves the colours out where the output is no terminal, and with NO_COLOR
  const head = styleText(style, word.padEnd(markWidth), { stream: process.stdout });
  const line = `${head} ${what.padEnd(whatWidth)} ${found}`;
  return remedy === undefined ? line : `${line}\n${" ".repeat(markWidth + whatWidth + 2)}-> ${remedy}`;
};

/** How many things are wrong, in a sentence. */
export const summaryOf = (findings: readonly Finding[]): string => {
  const count = (mark: Finding["mark"]): number => findings.filter((finding) => finding.mark === mark).length;
  const counted = (many: number, word: string): string => `${many} ${word}${many === 1 ? "" : "s"}`;
  const [wrongs, warnings] = [count("wrong"), count("warning")];
  const beside = warnings > 0 ? ` (${counted(warnings, "warning")})` : "";
  if (wrongs === 0) return `All fine${beside}.`;
  return `${wrongs === 1 ? "1 thing is" : `${wrongs} things are`} wrong${beside}.`;
};
