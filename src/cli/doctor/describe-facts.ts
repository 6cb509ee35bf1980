import type { DeployedFacts } from "./check-deployed.ts";

/** What was learnt of a deployed app, as lines to keep: the machines of Azure are described nowhere. */
export const describeFacts = (facts: DeployedFacts): string => {
  const { url, platform, questionSeconds, healthSeconds, status, generation } = facts;
  const { memory, firstAnswer } = platform ?? {};
  const lines = {
    app: url,
    recorded: new Date().toISOString(),
    status: `${status}, generation ${generation ?? "none"}`,
    "first question, seen from here":
      questionSeconds === undefined ? "refused" : `${questionSeconds.toFixed(2)} s`,
    "health, seen from here": `${healthSeconds.toFixed(2)} s`,
    ...(platform && {
      "share mount": platform.shareMount ?? "none (REST, or unknown)",
      "local mount": `${platform.localMount ?? "unknown"} (${platform.localFreeMb ?? "?"} MB free)`,
      system: platform.system,
      glibc: platform.glibc ?? "none",
      node: platform.node,
      cores: String(platform.cores),
      memory: `${memory?.appAndEngineMb ?? "?"} MB app and engine, ${memory?.appMb} MB app, limit ${memory?.limitMb ?? "none"}, machine ${memory?.machineMb} MB`,
      uptime: `${platform.uptimeSeconds} s`,
      "first answer, seen from there": firstAnswer
        ? `took ${firstAnswer.tookMs} ms; ${firstAnswer.afterLoadMs} ms after loading, ${firstAnswer.afterProcessStartMs} ms after the process began`
        : "none yet",
    }),
  };
  const width = Math.max(...Object.keys(lines).map((name) => name.length));
  const body = Object.entries(lines).map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return ["--- facts, to be kept ---", ...body, "--- end ---"].join("\n");
};
