import { setTimeout as delay } from "node:timers/promises";
import type { Load, Outcome } from "./load.ts";

const streakLength = 10;
const promptMs = 1_000;
const patienceMs = 15_000;

export interface Judgement {
  readonly requests: number;
  readonly failed: number;
  readonly wrong: number;
  readonly degraded: number;
  readonly slowestMs: number;
  /** What went wrong first, in words. */
  readonly examples: readonly string[];
}

export const judge = (outcomes: readonly Outcome[]): Judgement => {
  const count = (result: Outcome["result"]): number =>
    outcomes.filter((outcome) => outcome.result === result).length;
  const details = outcomes.flatMap(({ result, detail }) => (detail ? [`${result}: ${detail.trim()}`] : []));
  return {
    requests: outcomes.length,
    failed: count("failed"),
    wrong: count("wrong"),
    degraded: count("degraded"),
    slowestMs: Math.max(0, ...outcomes.map(({ began, ended }) => ended - began)),
    examples: [...new Set(details)].slice(0, 3),
  };
};

/**
 * How long after `since` ten answers in a row had been right, not degraded and prompt, and health was
 * ok; `undefined` when that was not seen in time.
 */
export const timeToRecover = async (load: Load, url: string, since: number): Promise<number | undefined> => {
  let healthyAt: number | undefined;
  while (performance.now() < since + patienceMs) {
    if (await isHealthy(url)) healthyAt ??= performance.now();
    else healthyAt = undefined;
    const soundAt = endOfStreak(load.outcomes, since);
    if (healthyAt !== undefined && soundAt !== undefined) return Math.max(healthyAt, soundAt) - since;
    await delay(50);
  }
  return undefined;
};

const endOfStreak = (outcomes: readonly Outcome[], since: number): number | undefined => {
  let streak = 0;
  for (const { began, ended, result } of outcomes) {
    if (ended < since) continue;
    streak = result === "right" && ended - began < promptMs ? streak + 1 : 0;
    if (streak === streakLength) return ended;
  }
  return undefined;
};

export const healthOf = async (url: string): Promise<{ status: string; generation?: string }> => {
  try {
    const response = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(5_000) });
    return (await response.json()) as { status: string; generation?: string };
  } catch {
    return { status: "silent" };
  }
};

const isHealthy = async (url: string): Promise<boolean> => (await healthOf(url)).status === "ok";

/** Whether a question that was asked after an answer came is answered from an older edition than that. */
export const editionWentBack = (outcomes: readonly Outcome[]): string | undefined => {
  let newest: { readonly edition: number; readonly ended: number } | undefined;
  const claim = outcomes.flatMap(({ began, ended, edition }) =>
    edition === undefined ? [] : [{ began, ended, edition }],
  );
  for (const { began, ended, edition } of claim) {
    if (newest && began > newest.ended && edition < newest.edition)
      return `edition ${edition} was served after edition ${newest.edition}`;
    if (!newest || edition > newest.edition) newest = { edition, ended };
  }
  return undefined;
};
