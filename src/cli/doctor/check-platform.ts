import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/read-config.ts";
import { engineBinding } from "../../engine/engine-binding.ts";
import { engineVersion } from "../../engine/engine-version.ts";
import { glibcVersion } from "../../health/platform-facts.ts";
import { appRoot } from "../../shared/app-root.ts";
import { ok, skipped, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const leastNode = 22;
/** Of the engine that package.json pins for Linux. */
const leastGlibc = 34;

const elsewhere = "set CHROMA_MODE=server and CHROMA_URL to a Chroma server elsewhere";

/** The Node that runs this, which is the one that runs the app. */
export const checkNode = (): readonly Finding[] => {
  const { node } = process.versions;
  if (Number.parseInt(node, 10) >= leastNode) return [ok("Node", node)];
  return [
    wrong(
      "Node",
      `${node} is too old: the app needs ${leastNode}.`,
      "Start it with npm, which takes the Node in node_modules.",
    ),
  ];
};

/** Whether this machine can load the engine at all. `chroma` is not known where the settings are wrong. */
export const checkSystem = (chroma: Config["chroma"] | undefined): readonly Finding[] => {
  if (chroma?.mode === "server") return [skipped("system", "the engine runs elsewhere (CHROMA_MODE=server)")];
  const binding = engineBinding();
  if (!existsSync(join(appRoot(), "node_modules", binding))) {
    const remedy = `Run npm ci; where npm has no such package, ${elsewhere}.`;
    return [wrong("system", `The engine ${binding} is not installed.`, remedy)];
  }
  const engine = `engine ${engineVersion(binding, appRoot())}`;
  if (process.platform !== "linux") return [ok("system", `${process.platform} ${process.arch}, ${engine}`)];
  const glibc = glibcVersion();
  if (glibc === undefined) {
    const remedy = `Use a system with glibc (Debian, Ubuntu, Fedora), or ${elsewhere}.`;
    return [wrong("system", "This Linux has no glibc (Alpine has musl), which the engine needs.", remedy)];
  }
  if (Number(glibc.split(".")[1]) >= leastGlibc) return [ok("system", `glibc ${glibc}, ${engine}`)];
  return [
    wrong(
      "system",
      `glibc ${glibc} is too old for the engine, which needs 2.${leastGlibc}.`,
      `Use a newer system (Debian 12, Ubuntu 22.04), or ${elsewhere}.`,
    ),
  ];
};
