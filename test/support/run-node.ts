import { join } from "node:path";
import { dist } from "./dist.ts";
import { startNode } from "./node-process.ts";
import type { NodeProcess, NodeStart } from "./node-process.ts";
import { repository } from "./repository.ts";

/** Starts a built script of this repository. */
export const runNode = (
  script: string,
  {
    args = [],
    env = {},
    as = {},
  }: Pick<NodeStart, "env" | "as"> & { readonly args?: readonly string[] } = {},
): NodeProcess =>
  startNode({
    words: [join(dist, script), ...args],
    cwd: repository,
    // at the full hour the self-test writes lines of its own into any log
    env: { SELF_TEST_SCHEDULE: "off", ...env },
    as,
  });
