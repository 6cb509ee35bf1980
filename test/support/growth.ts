/** Runs of which the cheapest counts: whatever else the machine does makes a run dearer, never cheaper. */
const runs = 5;

/** Measured again before it is called a problem: of a cost that grows too fast each measurement says so. */
const attempts = 4;

/** Below this a measurement is the clock's and the collector's. */
const measurableMs = 8;

/** Times 8 in length is times 8 in cost where they are in proportion, and times 64 where the cost is the square. */
const maxGrowth = 28;

/** Of this process alone: on a busy machine the time on the clock says little. */
const cpuMs = async (work: () => unknown): Promise<number> => {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
};

const cheapest = async (work: () => unknown): Promise<number> => {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    best = Math.min(best, await cpuMs(work));
    // what takes so long once need not be measured more exactly
    if (best > 2_000) break;
  }
  return best;
};

/** How the cost of `work` grows from a text of 8 kB to one of 64 kB; says what is wrong where it grows too fast. */
export const growthProblem = async (
  work: (text: string) => unknown,
  textOf: (length: number) => string,
): Promise<string | undefined> => {
  const [small, large] = [textOf(8_000), textOf(64_000)];
  // compiled before it is measured
  await work(small);
  let problem: string | undefined;
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const short = await cheapest(() => work(small));
    const long = await cheapest(() => work(large));
    if (long < measurableMs || long / Math.max(short, measurableMs / 8) <= maxGrowth) return undefined;
    problem = `8 kB take ${short.toFixed(1)} ms, 64 kB take ${long.toFixed(1)} ms`;
    if (long > 2_000) break;
  }
  return problem;
};
