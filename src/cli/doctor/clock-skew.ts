import { ok, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** A file's time and an HTTP date are seconds old, or given in whole seconds. */
const usualMs = 5_000;

/** Azure refuses what was signed so far from its own time. */
const refusedMs = 300_000;

/** How far another clock is ahead of this machine's. */
export const skewFinding = (whose: string, aheadMs: number): Finding => {
  const seconds = Math.round(Math.abs(aheadMs) / 1_000);
  if (Math.abs(aheadMs) <= usualMs) return ok("clock", `agrees with that of ${whose}`);
  const found = `This machine's clock is ${seconds} s ${aheadMs > 0 ? "behind" : "ahead of"} that of ${whose}.`;
  const remedy = "Let the system set its clock over the network (timedatectl set-ntp true).";
  if (Math.abs(aheadMs) < refusedMs) return warning("clock", found, remedy);
  return wrong("clock", `${found} Azure and most models refuse what is signed at the wrong time.`, remedy);
};
