import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Config } from "../config/read-config.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { collectFiles } from "./package/collect-files.ts";
import type { PackageFile } from "./package/collect-files.ts";
import { writeFolder, writeZip } from "./package/write-package.ts";
import { inTemporaryFolder } from "./support/eval-temporary-folder.ts";
import { runCommand } from "./support/run-command.ts";
import { table } from "./support/table.ts";

/** Of the zip: it is what is uploaded, and what a cold instance fetches before it can answer. */
const limitMegabytes = 80;

/** `npm run package`: makes the folder and the zip that are deployed to Azure Functions. */
void runCommand((config) =>
  inTemporaryFolder("package", async (temporary) => {
    const { folder, fetchAll, stripTool } = readArguments(config);
    const zip = `${folder}.zip`;
    const { files, glibc } = await collectFiles({ ...config, fetchAll, stripTool, temporary });
    await writeFolder(folder, files);
    const { packed, bytes } = await writeZip(zip, files);
    process.stdout.write(
      `${sizes(files, packed)}

Runs on Linux x64 with Node 22 and glibc 2.${glibc} or later.
${folder}
${zip}: ${megabytes(bytes)} MB of at most ${limitMegabytes} MB\n`,
    );
    if (bytes <= limitMegabytes * 1_000_000) return 0;
    process.stderr.write(
      `The zip is too large: a cold start would wait for it. ${largest(files, packed)} is the largest part of it.\n`,
    );
    return 1;
  }),
);

const readArguments = (
  config: Config,
): { folder: string; fetchAll: boolean; stripTool: string | undefined } => {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: "string" },
        fetch: { type: "boolean", default: false },
        strip: { type: "string" },
      },
    });
    const { out, fetch: fetchAll, strip: stripTool } = values;
    return { folder: out ? resolve(out) : join(config.appRoot, "dist", "package"), fetchAll, stripTool };
  } catch (error) {
    const usage = "Usage: npm run package -- [--out folder] [--fetch] [--strip program]";
    throw new AppError("bad_request", `${messageOf(error)}\n${usage}`, { cause: error });
  }
};

const sizes = (files: readonly PackageFile[], packed: ReadonlyMap<string, number>): string => {
  const parts = Map.groupBy(files, ({ part }) => part);
  const rows = [...parts, ["all", files] as const].map(([part, own]) => [
    part,
    own.length,
    Number(megabytes(sumOf(own, ({ content }) => content.byteLength))),
    Number(megabytes(sumOf(own, ({ path }) => packed.get(path) ?? 0))),
  ]);
  return table(["part", "files", "MB", "MB in the zip"], rows);
};

const largest = (files: readonly PackageFile[], packed: ReadonlyMap<string, number>): string =>
  files.toSorted((a, b) => (packed.get(b.path) ?? 0) - (packed.get(a.path) ?? 0))[0]?.path ?? "Nothing";

const sumOf = (files: readonly PackageFile[], size: (file: PackageFile) => number): number =>
  files.reduce((sum, file) => sum + size(file), 0);

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(bytes < 1_000_000 ? 2 : 1);
