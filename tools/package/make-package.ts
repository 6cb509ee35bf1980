import type { Config } from "../../src/config/read-config.ts";
import { describeLeftOut } from "../../src/ingest/describe-left-out.ts";
import { describeProblem } from "../../src/ingest/section.ts";
import { inTemporaryFolder } from "../../src/cli/lib/temporary-folder.ts";
import { collectFiles } from "./collect-files.ts";
import { describePackage } from "./describe-package.ts";
import { writeFolder, writeZip } from "./write-package.ts";

interface PackageJob extends Config {
  /** Where it is made; the zip lies beside it. */
  readonly folder: string;
  readonly fetchAll: boolean;
}

/** Makes the package and says what is in it; gives the exit code, 1 for a package that is too large. */
export const makePackage = ({ folder, ...job }: PackageJob): Promise<number> =>
  inTemporaryFolder("package", async (temporary) => {
    const { files, glibc, leftOut } = await collectFiles({ ...job, temporary });
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
  });
