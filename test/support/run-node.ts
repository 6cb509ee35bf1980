import { join } from "node:path";
import { startNode } from "./node-process.ts";
import type { NodeProcess, NodeStart } from "./node-process.ts";

export const repository = join(__dirname, "..", "..");

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
    words: [join(repository, "dist", script), ...args],
    cwd: repository,
    // at the full hour the self-test writes lines of its own into any log
    env: { SELF_TEST_SCHEDULE: "off", ...env },
    as,
  });
