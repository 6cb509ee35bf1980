import { expect } from "@jest/globals";

const factor = 8;

/** In proportion the cost is 8 times as high, with the square of the length 64 times. */
const maxGrowth = 28;

/** Of less than this, noise of the machine is the larger part. */
const noiseMs = 50;

interface Measured {
  readonly name: string;
  readonly ms: number;
  readonly growth: number;
}

interface Input {
  readonly name: string;
  readonly make: (length: number) => string;
}

const timeOf = (work: () => void): number => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

/** What takes longer than the noise is run three times, and the median counts. */
const medianOf = (work: () => void): number =>
  [timeOf(work), timeOf(work), timeOf(work)].toSorted((a, b) => a - b)[1] ?? 0;

/**
 * Expects the cost of `work` to grow in proportion to the length of each input, up to `maxLength` characters, and
 * prints the inputs that take over 50 ms at that length, with the median of three runs.
 */
export const expectProportion = (
  title: string,
  { inputs, maxLength }: { readonly inputs: readonly Input[]; readonly maxLength: number },
  work: (text: string, name: string) => void,
): void => {
  const measured = inputs.map(({ name, make }): Measured => {
    const long = make(maxLength);
    const first = timeOf(() => work(long, name));
    if (first < noiseMs) return { name, ms: first, growth: 0 };
    const short = make(maxLength / factor);
    const ms = medianOf(() => work(long, name));
    return {
      name,
      ms,
      growth:
        ms /
        Math.max(
          1,
          medianOf(() => work(short, name)),
        ),
    };
  });
  const slow = measured.filter(({ ms }) => ms >= noiseMs).toSorted((a, b) => b.ms - a.ms);
  const lines = slow.map(({ name, ms, growth }) => `${name} ${Math.round(ms)} ms, x ${growth.toFixed(1)}`);
  process.stdout.write(
    `${title}: ${measured.length} of ${maxLength} characters, over ${noiseMs} ms: ${slow.length}\n${lines.slice(0, 30).join("\n")}\n`,
  );
  expect(slow.filter(({ ms, growth }) => ms > 3 * noiseMs && growth > maxGrowth)).toEqual([]);
};
