import type { Health } from "../report-health.ts";
import type { SelfTestRun } from "./self-test-run.ts";

/**
 * What the last self-test means for this process, or for whichever answered. It is not ready when a
 * namespace gave no answer or a wrong one, until a run is green. A result does not count against another
 * process than the one that answered, nor another generation, and one that could not reach the app says
 * nothing about it.
 */
export const applySelfTest = (
  health: Health,
  run: SelfTestRun | undefined,
  processId: string | undefined,
): Health => {
  if (!run) return health;
  const isOfThis =
    run.generation === undefined || health.generation === undefined || run.generation === health.generation;
  const failing = run.results.filter(
    ({ outcome, process }) =>
      isOfThis &&
      outcome === "failed" &&
      (processId === undefined || process === undefined || process === processId),
  );
  const details = { ...health.details, selfTest: run.results };
  if (failing.length === 0) return { ...health, details };
  const words = failing.map(({ namespace, message }) => `${namespace} (${message})`).join(", ");
  return {
    ...health,
    status: "unready",
    details: { ...details, problem: `The self-test failed for ${words}.` },
  };
};
