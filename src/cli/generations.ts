import { composeParts } from "../app/parts.ts";
import type { GenerationCatalog } from "../ports/generation.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";
import { silentTelemetry } from "../telemetry/silent.ts";
import { defineCommand } from "./lib/define-command.ts";
import { readLocalConfig } from "./lib/read-local-config.ts";
import { runCommand } from "./lib/run-command.ts";
import { table } from "./lib/table.ts";

/** `npm run generations`: lists what was published, newest first. */
const generations = defineCommand({
  name: "npm run generations",
  description: "Lists what was published, newest first, and which of it is served.",
  example: "npm run generations",
  args: { json: { type: "boolean", description: "Prints the same as JSON." } },
  run: async ({ json }) => {
    const config = await readLocalConfig();
    const { catalog } = composeParts(config, silentTelemetry);
    const current = await currentOf(catalog);
    const listed: Listed[] = [];
    for (const id of (await catalog.list()).toReversed()) listed.push(await describe(catalog, id, current));
    const text = json ? JSON.stringify({ generations: listed }, undefined, 2) : tableOf(listed);
    process.stdout.write(`${text}\n`);
    return 0;
  },
});

interface Listed {
  readonly generation: string;
  readonly current: boolean;
  readonly created?: string;
  readonly passages?: number;
  readonly bytes?: number;
  /** Why it cannot be served. */
  readonly problem?: string;
}

/** A damaged CURRENT hides nothing of the rest. */
const currentOf = async (catalog: GenerationCatalog): Promise<string | undefined> => {
  try {
    return (await catalog.current())?.generation;
  } catch (error) {
    if (toAppError(error).code !== "generation_unusable") throw error;
    process.stderr.write(`${messageOf(error)}\n`);
    return undefined;
  }
};

const describe = async (
  catalog: GenerationCatalog,
  id: string,
  served: string | undefined,
): Promise<Listed> => {
  const listed = { generation: id, current: id === served };
  try {
    const { created, namespaces, files } = (await catalog.content(id)).manifest;
    const passages = namespaces.reduce((sum, namespace) => sum + namespace.passages, 0);
    return { ...listed, created, passages, bytes: files.reduce((sum, file) => sum + file.bytes, 0) };
  } catch (error) {
    return { ...listed, problem: messageOf(error) };
  }
};

const tableOf = (listed: readonly Listed[]): string => {
  if (listed.length === 0) return "Nothing was published yet.";
  const rows = listed.map(({ generation, current, created = "", passages = "", bytes, problem }) => [
    generation,
    created,
    passages,
    bytes === undefined ? "" : `${(bytes / 1024 / 1024).toFixed(1)} MB`,
    problem ?? (current ? "current" : ""),
  ]);
  return table(["generation", "created", "passages", "size", ""], rows);
};

void runCommand(generations);
