import type { PlatformFacts } from "../../health/platform-facts.ts";
import { isNetworkMount } from "../../health/mount-of.ts";
import { ok, skipped, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const scarceMegabytes = 200;

export const shareFindings = ({ shareMount }: PlatformFacts): readonly Finding[] => {
  if (shareMount === undefined) return [skipped("share", "no folder there: reached over REST, or not known")];
  if (isNetworkType(shareMount)) return [ok("share", shareMount)];
  const found = `It lies on no network mount (${shareMount}): what is published elsewhere does not get there.`;
  const remedy = "Mount the share, and set SNAPSHOT_DIR to where it is mounted; or set SNAPSHOT_URL.";
  return [warning("share", found, remedy)];
};

export const localDiskFindings = ({ localMount, localFreeMb }: PlatformFacts): readonly Finding[] => {
  const remedy = "Set DATA_DIR to a folder below /tmp.";
  if (localMount === undefined || localFreeMb === undefined) {
    return [skipped("local disk", "the app does not know it")];
  }
  if (isNetworkType(localMount)) {
    return [wrong("local disk", `DATA_DIR is on a network share: ${localMount}.`, remedy)];
  }
  if (localFreeMb >= scarceMegabytes) return [ok("local disk", `${localMount}, ${localFreeMb} MB free`)];
  return [wrong("local disk", `Only ${localFreeMb} MB are free for DATA_DIR.`, remedy)];
};

const isNetworkType = (line: string): boolean => isNetworkMount({ type: line.split(" ")[2] ?? "" });

export const systemFindings = ({ node, system, glibc, cores }: PlatformFacts): readonly Finding[] => [
  ok("system", `${system}, glibc ${glibc ?? "none"}, Node ${node}, ${cores} cores`),
];

/** The rest is for a swap, in which two generations are open. */
const comfortable = 0.75;

export const memoryFindings = ({ memory }: PlatformFacts): readonly Finding[] => {
  const { appAndEngineMb, appMb, limitMb, machineMb } = memory;
  const used = appAndEngineMb ?? appMb;
  const most = limitMb ?? machineMb;
  const found = `${used} MB by app and engine, of ${most} MB`;
  if (used <= most * comfortable) return [ok("memory", found)];
  return [warning("memory", `${found}: a swap may not fit.`, "Set SWAP=frugal, or take a larger instance.")];
};

export const coldStartFindings = ({ firstAnswer, uptimeSeconds }: PlatformFacts): readonly Finding[] => {
  if (!firstAnswer)
    return [
      skipped(
        "cold start",
        `this instance has answered nothing yet (up for ${uptimeSeconds} s): ask, then look again`,
      ),
    ];
  const { tookMs, afterLoadMs } = firstAnswer;
  return [
    ok(
      "cold start",
      `first answer in ${tookMs} ms, ${afterLoadMs} ms after the app was loaded (up for ${uptimeSeconds} s)`,
    ),
  ];
};
