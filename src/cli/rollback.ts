import { composeParts } from "../app/parts.ts";
import type { GenerationCatalog } from "../ports/generation.ts";
import { AppError } from "../shared/app-error.ts";
import { defineCommand } from "./lib/define-command.ts";
import { readLocalConfig } from "./lib/read-local-config.ts";
import { runCommand } from "./lib/run-command.ts";
import { silentTelemetry } from "../telemetry/silent.ts";

/** `npm run rollback [-- generation]`: serves an older generation again. */
const rollback = defineCommand({
  name: "npm run rollback",
  description: "Serves an older generation again.",
  example: "npm run rollback -- 000001-17466192",
  args: {
    generation: {
      type: "positional",
      description: "One that npm run generations lists; without it, the one before the current.",
      required: false,
    },
  },
  run: async ({ generation }) => {
    const { catalog } = composeParts(await readLocalConfig(), silentTelemetry);
    const current = await catalog.current().catch(() => undefined);
    const target = generation ?? (await before(catalog, current?.generation, current?.parent));
    if (target === current?.generation) throw new AppError("publish_lost", `${target} is served already.`);
    await catalog.check(target);
    await catalog.switchTo(target, current);
    process.stdout.write(
      `Generation ${target} is now served, instead of ${current?.generation ?? "a damaged one"}.\n`,
    );
    if ((await catalog.publishedAfter(target)).length > 0) {
      process.stderr.write(
        "It stays served until the knowledge files change; npm run ingest -- --force ends that sooner.\n",
      );
    }
    return 0;
  },
});

/** What was served before it, if that is still kept; else the newest that is older. */
const before = async (
  catalog: GenerationCatalog,
  current: string | undefined,
  parent: string | null | undefined,
): Promise<string> => {
  const kept = await catalog.list();
  const older = kept.filter((id) => current === undefined || id < current).at(-1);
  const target = parent && kept.includes(parent) ? parent : older;
  if (!target)
    throw new AppError(
      "publish_lost",
      "There is no older generation to go back to; see npm run generations.",
    );
  return target;
};

void runCommand(rollback);
