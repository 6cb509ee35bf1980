import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Config } from "../../src/config/read-config.ts";
import { describeLeftOut } from "../../src/ingest/describe-left-out.ts";
import { describeProblem } from "../../src/ingest/section.ts";
import { AppError, messageOf } from "../../src/shared/app-error.ts";
import { collectFiles } from "./collect-files.ts";
import { describePackage } from "./describe-package.ts";
import { writeFolder, writeZip } from "./write-package.ts";
import { inTemporaryFolder } from "../../src/cli/lib/temporary-folder.ts";
import { runCommand } from "../../src/cli/lib/run-command.ts";

/** `npm run package`: makes the folder and the zip that are deployed to Azure Functions. */
void runCommand((config) =>
  inTemporaryFolder("package", async (temporary) => {
    const { folder, fetchAll } = readArguments(config);
    const { files, glibc, leftOut } = await collectFiles({ ...config, fetchAll, temporary });
    await writeFolder(folder, files);
    const { sizes, problem } = describePackage({ files, ...(await writeZip(`${folder}.zip`, files)) });
    process.stdout.write(
      `${sizes}\n\nRuns on Linux x64 with Node 22 and glibc 2.${glibc} or later:\n${folder}\n${folder}.zip\n`,
    );
    const lines = [...describeLeftOut(leftOut), ...leftOut.problems.map(describeProblem)];
    if (lines.length > 0)
      process.stderr.write(
        `\nNot packed of the knowledge folder:\n${lines.map((line) => `  ${line}\n`).join("")}`,
      );
    if (problem === undefined) return 0;
    process.stderr.write(`${problem}\n`);
    return 1;
  }),
);

interface Arguments {
  readonly folder: string;
  readonly fetchAll: boolean;
}

const readArguments = ({ appRoot }: Config): Arguments => {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: "string" },
        fetch: { type: "boolean", default: false },
      },
    });
    const folder = values.out ? resolve(values.out) : join(appRoot, "dist", "package");
    return { folder, fetchAll: values.fetch };
  } catch (error) {
    const usage = "Usage: npm run package -- [--out folder] [--fetch]";
    throw new AppError("bad_request", `${messageOf(error)}\n${usage}`, { cause: error });
  }
};
