import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { machineEnvironment } from "../../src/config/machine-environment.ts";
import { AppError, messageOf } from "../../src/shared/app-error.ts";
import type { Confined } from "./package-measure.ts";
import { findConfinement } from "./proof/confinement.ts";
import type { Places } from "./proof/confinement.ts";
import { fillKnowledge } from "./proof/filled-knowledge.ts";
import type { Measured } from "./proof/measure-package.ts";
import { prepareProof, releaseProof } from "./proof/prepare-proof.ts";
import { describeProof } from "./proof/describe-proof.ts";
import type { Row } from "./proof/describe-proof.ts";
import { defineCommand } from "../../src/cli/lib/define-command.ts";
import { readLocalConfig } from "../../src/cli/lib/read-local-config.ts";
import { makePackage } from "./make-package.ts";

const run = promisify(execFile);

/** For one run of a command that takes half a minute here. */
const stepTimeoutMs = 600_000;

interface StepError {
  readonly killed?: boolean;
  readonly stderr?: string;
}

/** `npm run package -- proof`: starts the package where it is read-only, asks it, and says what it takes. */
export const packageProof = defineCommand({
  name: "npm run package -- proof",
  description: "Makes the package, starts it where it is read-only, asks it, and says what it takes.",
  example: "npm run package -- proof --quick",
  args: {
    zip: { type: "string", valueHint: "file", description: "Takes this package instead of making one." },
    sizes: {
      type: "string",
      valueHint: "numbers",
      default: "0,1000,5000",
      description: "How many passages the knowledge has, run by run; 0 is what was packaged.",
    },
    quick: { type: "boolean", description: "Only with what was packaged, and only with SWAP=beside." },
  },
  run: async ({ zip: given, quick, ...values }) => {
    const config = await readLocalConfig();
    const sizes = quick ? [0] : readSizes(values.sizes);
    const swaps = quick ? (["beside"] as const) : (["beside", "frugal"] as const);
    if (`${process.platform}-${process.arch}` !== "linux-x64") {
      throw new AppError(
        "bad_request",
        "The package is for Linux x64 and cannot be started on this machine.",
      );
    }
    // its confined half is interrupted too and fails; what is left here is to clean up
    process.once("SIGINT", () => undefined);
    const packaged = join(config.appRoot, "dist", "package");
    const made =
      given === undefined ? await makePackage({ ...config, folder: packaged, fetchAll: false }) : 0;
    if (made !== 0) return made;
    const zip = given === undefined ? `${packaged}.zip` : resolve(given);
    const folder = await mkdtemp(join(config.appRoot, "dist", "proof-"));
    const proof = await prepareProof(zip, folder);
    try {
      const measure = [process.execPath, join(__dirname, "package-measure.cjs")];
      const confinement = findConfinement(proof, [
        ...measure,
        JSON.stringify({ ...proof, probe: true, knowledge: "", swap: "beside" } satisfies Confined),
      ]);
      process.stdout.write(
        `Unpacked into a folder that is read-only and started there: ${confinement.about}.\n\n`,
      );
      const rows: Row[] = [];
      for (const passages of sizes) {
        const knowledge = join(folder, `knowledge-${passages}`);
        const published = join(folder, `published-${passages}`);
        await fillKnowledge({
          appRoot: config.appRoot,
          from: join(proof.app, "knowledge"),
          to: knowledge,
          passages,
        });
        await run(process.execPath, [join(__dirname, "ingest.cjs"), knowledge], {
          env: { ...machineEnvironment(), DATA_DIR: published },
          timeout: stepTimeoutMs,
        });
        for (const swap of swaps) {
          const places = await makePlaces(proof, { name: `${passages}-${swap}`, published });
          const job: Confined = { ...proof, ...places, knowledge, swap };
          const [program, ...words] = [...confinement.words, ...measure, JSON.stringify(job)];
          const { stdout } = await run(program, words, { timeout: stepTimeoutMs }).catch(
            (error: StepError) => {
              const why = error.killed ? `no end within ${stepTimeoutMs / 1_000} s` : error.stderr?.trim();
              throw new AppError("internal", why ?? messageOf(error), { cause: error });
            },
          );
          rows.push({ passages, swap, ...(JSON.parse(stdout) as Measured) });
        }
      }
      process.stdout.write(`${describeProof(rows)}\n`);
      return 0;
    } finally {
      await releaseProof(proof);
      await rm(folder, { recursive: true, force: true });
    }
  },
});

/** A share and a temporary folder of one run's own, inside those that may be written to. */
const makePlaces = async (
  { share, temporary }: Places,
  { name, published }: { readonly name: string; readonly published: string },
): Promise<Pick<Places, "share" | "temporary">> => {
  const own = { share: join(share, name), temporary: join(temporary, name) };
  await cp(published, own.share, { recursive: true });
  await mkdir(own.temporary);
  for (const place of Object.values(own)) {
    for (const path of ["", ...(await readdir(place, { recursive: true }))])
      await chmod(join(place, path), anybody);
  }
  return own;
};

/** Who runs confined may be somebody else than who prepares it. */
const anybody = 0o777;

const readSizes = (text: string): readonly number[] => {
  const sizes = text.split(",").map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size >= 0)) return sizes;
  throw new AppError("bad_request", `--sizes must be whole numbers, not ${text}.`);
};
