import { composeParts } from "../app/parts.ts";
import { runCommand } from "./lib/run-command.ts";
import { table } from "./lib/table.ts";
import { silentTelemetry } from "../telemetry/silent.ts";
import { toAppError } from "../shared/app-error.ts";

/** `npm run generations`: lists what was published, newest first. */
void runCommand(async (config) => {
  const { catalog } = composeParts(config, silentTelemetry);
  const current = await catalog.current().catch((error: Error) => {
    // a damaged CURRENT hides nothing of the rest
    if (toAppError(error).code !== "generation_unusable") throw error;
    process.stderr.write(`${error.message}\n`);
    return undefined;
  });
  const rows = [];
  for (const id of (await catalog.list()).toReversed()) {
    const mark = id === current?.generation ? "current" : "";
    const listed = await catalog.content(id).then(
      ({ manifest: { created, namespaces, files } }) => {
        const passages = namespaces.reduce((sum, namespace) => sum + namespace.passages, 0);
        const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
        return [id, created, passages, `${(bytes / 1024 / 1024).toFixed(1)} MB`, mark];
      },
      (error: Error) => [id, "", "", "", error.message],
    );
    rows.push(listed);
  }
  const text =
    rows.length > 0
      ? table(["generation", "created", "passages", "size", ""], rows)
      : "Nothing was published yet.";
  process.stdout.write(`${text}\n`);
  return 0;
});
