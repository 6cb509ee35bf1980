/** What a month costs in US dollars: the table of docs/costs.md is made from this, and a test compares the two. */
interface CostRow {
  readonly what: string;
  /** Of how much of what, by which price row. */
  readonly basis: string;
  readonly idle: number;
  /** With 1,000 questions. */
  readonly asked: number;
}

const hours = 730;
const seconds = hours * 3_600;

/** List prices in US dollars. docs/costs.md says which are from memory. */
const price = {
  executionGbSecond: 0.000026,
  executionMillion: 0.4,
  alwaysReadyGbSecond: 0.000004,
  telemetryGb: 2.3,
  alertRule: 0.5,
  blobWrites10k: 0.05,
  blobReads10k: 0.004,
  shareGb: 0.06,
  shareWrites10k: 0.015,
  shareReads10k: 0.0015,
  vaultOperations10k: 0.03,
  promptMillion: 0.75,
  completionMillion: 4.5,
  privateEndpointHour: 0.01,
  privateZone: 0.5,
};

/** What is used; the figures that only Azure can tell are estimates. */
const selfTests = hours * 2;
const questions = 1_000;
const memoryGb = 2;
const secondsOfSelfTest = 20;
const secondsOfQuestion = 2;
const executionsOfSelfTest = 6;
const telemetryGbOfSelfTest = 0.000_15;
const telemetryGbOfQuestion = 0.000_02;
const blobOperationsOfSelfTest = 120;
const shareReadsOfSelfTest = 120;
const shareWritesOfSelfTest = 5;

const execution = (tests: number, asked: number): number =>
  (tests * secondsOfSelfTest + asked * secondsOfQuestion) * memoryGb * price.executionGbSecond +
  ((tests * executionsOfSelfTest + asked) / 1e6) * price.executionMillion;
const telemetry = (tests: number, asked: number): number =>
  (tests * telemetryGbOfSelfTest + asked * telemetryGbOfQuestion) * price.telemetryGb;
const hostStorage = (starts: number): number =>
  ((starts * blobOperationsOfSelfTest) / 2 / 1e4) * (price.blobWrites10k + price.blobReads10k);
const dataStorage = (starts: number): number =>
  0.05 * price.shareGb +
  (starts * (shareWritesOfSelfTest * price.shareWrites10k + shareReadsOfSelfTest * price.shareReads10k)) /
    1e4;
const same = (cost: number): Pick<CostRow, "idle" | "asked"> => ({ idle: cost, asked: cost });

/** What there is by default. */
export const defaultRows: readonly CostRow[] = [
  {
    what: "Functions, Flex Consumption, 2 GB",
    basis: "1,460 self-tests of 20 s, questions of 2 s: $0.000026 a GB-s, $0.40 a million executions",
    idle: execution(selfTests, 0),
    asked: execution(selfTests, questions),
  },
  {
    what: "Application Insights, Log Analytics",
    basis: "0.15 MB a self-test, 0.02 MB a question: $2.30 a GB",
    idle: telemetry(selfTests, 0),
    asked: telemetry(selfTests, questions),
  },
  { what: "two alert rules", basis: "every 15 minutes: $0.50 a rule", ...same(2 * price.alertRule) },
  {
    what: "host storage",
    basis: "120 operations a start, half of them writes: $0.05 and $0.004 for 10,000",
    idle: hostStorage(selfTests),
    asked: hostStorage(selfTests + questions),
  },
  {
    what: "data storage (the share)",
    basis: "0.05 GB: $0.06 a GB; 5 writes and 120 reads a start: $0.015 and $0.0015 for 10,000",
    idle: dataStorage(selfTests),
    asked: dataStorage(selfTests + questions),
  },
  { what: "vault", basis: "at most 10,000 operations: $0.03", ...same(price.vaultOperations10k) },
  { what: "workbook, query pack, identity, mails", basis: "free (1,000 mails a month)", ...same(0) },
];

/** What is there only where it is asked for. */
export const optionalRows: readonly CostRow[] = [
  {
    what: "`MODEL_SOURCE=new`: gpt-5.4-mini",
    basis: "3,000 prompt and 200 answer tokens a question: $0.75 and $4.50 a million",
    idle: 0,
    asked: (questions * (3_000 * price.promptMillion + 200 * price.completionMillion)) / 1e6,
  },
  {
    what: "`ALWAYS_READY_INSTANCES=1`",
    basis: "2 GB all month: $0.000004 a GB-s",
    ...same(seconds * memoryGb * price.alwaysReadyGbSecond),
  },
  {
    what: "`ISOLATE_NETWORK=true`",
    basis: "4 private endpoints: $0.01 an hour; 4 private zones: $0.50",
    ...same(4 * (hours * price.privateEndpointHour + price.privateZone)),
  },
];

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
const rowOf = ({ what, basis, idle, asked }: CostRow): string =>
  `| ${what} | ${basis} | ${dollars(idle)} | ${dollars(asked)} |`;

/** The costs as a Markdown table. */
export const costTable = (): string => {
  const sum = (key: "idle" | "asked"): number => defaultRows.reduce((all, row) => all + row[key], 0);
  const grants =
    "what the monthly grants pay: 100,000 GB-s and 250,000 executions a subscription, 5 GB of telemetry a billing account";
  const granted = (key: "idle" | "asked"): number =>
    -defaultRows.slice(0, 2).reduce((all, row) => all + row[key], 0);
  const withSign = (amount: number): string => `−${dollars(-amount)}`;
  return [
    "| what | computed from | idle | 1,000 questions |",
    "|---|---|---|---|",
    ...defaultRows.map(rowOf),
    `| **all of it** | | **${dollars(sum("idle"))}** | **${dollars(sum("asked"))}** |`,
    `| ${grants} | used by nothing else | ${withSign(granted("idle"))} | ${withSign(granted("asked"))} |`,
    `| **with the grants** | | **${dollars(sum("idle") + granted("idle"))}** | **${dollars(sum("asked") + granted("asked"))}** |`,
    ...optionalRows.map(rowOf),
  ].join("\n");
};

/** What the grants have to cover, for the test that they do. */
export const grantedUse = {
  gbSeconds: (selfTests * secondsOfSelfTest + questions * secondsOfQuestion) * memoryGb,
  executions: selfTests * executionsOfSelfTest + questions,
  telemetryGb: selfTests * telemetryGbOfSelfTest + questions * telemetryGbOfQuestion,
};
