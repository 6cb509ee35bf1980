import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { machineEnvironment } from "../../src/config/machine-environment.ts";
import { canaryOf } from "./proof/filled-knowledge.ts";
import { checkConfined } from "./proof/check-confined.ts";
import type { Places } from "./proof/confinement.ts";
import { measurePackage } from "./proof/measure-package.ts";
import { defineCommand } from "../../src/cli/lib/define-command.ts";
import { runCommand } from "../../src/cli/lib/run-command.ts";
import { appRoot } from "../../src/shared/app-root.ts";

const run = promisify(execFile);

const ingestTimeoutMs = 300_000;

/** What the proof hands to its confined half. */
export interface Confined extends Places {
  readonly node: string;
  readonly knowledge: string;
  readonly swap: "beside" | "frugal";
  /** Only looks whether it is confined. */
  readonly probe?: true;
}

/** The half of `npm run package -- proof` that runs confined; prints what it measured as JSON. */
const packageMeasure = defineCommand({
  name: "node dist/package-measure.cjs",
  description: "The half of npm run package -- proof that runs confined; prints what it measured as JSON.",
  example: "npm run package -- proof",
  args: { job: { type: "positional", description: "As JSON.", required: true } },
  run: async (args) => {
    const job = JSON.parse(args.job) as Confined;
    await checkConfined(job);
    if (job.probe) return 0;
    const publishNext = async (): Promise<void> => {
      const settings = { SNAPSHOT_DIR: job.share, DATA_DIR: join(job.temporary, "publisher") };
      await run(process.execPath, [join(__dirname, "ingest.cjs"), job.knowledge, "--force"], {
        env: { ...machineEnvironment(), TMPDIR: job.temporary, ...settings },
        timeout: ingestTimeoutMs,
      });
    };
    const measured = await measurePackage({
      node: job.node,
      host: join(appRoot(), "dist", "local-host.cjs"),
      folder: job.app,
      settings: {
        TMPDIR: job.temporary,
        DATA_DIR: join(job.temporary, "data"),
        SNAPSHOT_DIR: job.share,
        SWAP: job.swap,
        REFRESH_SECONDS: "1",
      },
      canary: await canaryOf(job.knowledge),
      publishNext,
    });
    process.stdout.write(`${JSON.stringify(measured)}\n`);
    return 0;
  },
});

void runCommand(packageMeasure);
