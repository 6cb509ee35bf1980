import { table } from "../../../src/cli/lib/table.ts";
import type { Measured } from "./measure-package.ts";

export interface Row extends Measured {
  /** How many passages each namespace of facts has beside the packaged knowledge. */
  readonly passages: number;
  readonly swap: "beside" | "frugal";
}

/** The sizes of an instance on Flex Consumption. */
const flexSizes = [
  { megabytes: 512, cores: 0.25 },
  { megabytes: 2_048, cores: 1 },
  { megabytes: 4_096, cores: 2 },
];

/** Beside the app live the Functions host and what a busy moment takes. */
const comfortable = 0.75;

/** What was measured, and what it means for each size of an instance. */
export const describeProof = (rows: readonly Row[]): string => {
  const measured = table(
    ["knowledge", "SWAP", "first answer s", "CPU s", "MB at the start", "steady", "in a swap"],
    rows.map((row) => [
      knowledgeOf(row),
      row.swap,
      Number(row.firstAnswerSeconds.toFixed(2)),
      Number(row.firstAnswerCpuSeconds.toFixed(2)),
      megabytesOf(row.startBytes),
      megabytesOf(row.steadyBytes),
      megabytesOf(row.swapBytes),
    ]),
  );
  const sizes = table(
    ["knowledge", "SWAP", ...flexSizes.map(({ megabytes, cores }) => `${megabytes} MB, ${cores} cores`)],
    rows.map((row) => [
      knowledgeOf(row),
      row.swap,
      ...flexSizes.map(({ megabytes, cores }) => `${fit(row, megabytes)}, ${atLeast(row, cores)} s`),
    ]),
  );
  return `${measured}

First answer: from the start of the process. CPU: of the app and its engine, until then. Memory: of both together, the
most that was seen, pages that both share counted once (Pss); the local host stands for the Functions host's worker.

Whether that fits the sizes of an instance on Flex Consumption, and how soon its first answer can be there at all (its CPU
seconds on so many cores; the host and the share come on top):

${sizes}

What the Functions host itself takes is not in these figures: Azure adds 272 MB to each size for the platform. Where
it is tight, SWAP=frugal saves the second engine during a swap, while requests wait; where it is too small, take the next size.`;
};

const knowledgeOf = ({ passages }: Row): string =>
  passages === 0 ? "packaged" : `+ ${passages} a namespace`;

const megabytesOf = (bytes: number): number => Math.round(bytes / 1024 / 1024);

const fit = (row: Row, megabytes: number): string => {
  const peak = megabytesOf(Math.max(row.startBytes, row.steadyBytes, row.swapBytes));
  if (peak > megabytes) return "too small";
  return peak > megabytes * comfortable ? "tight" : "fits";
};

/** A quarter of a core takes four times as long for the same work. */
const atLeast = ({ firstAnswerCpuSeconds }: Row, cores: number): string =>
  (firstAnswerCpuSeconds / cores).toFixed(1);
