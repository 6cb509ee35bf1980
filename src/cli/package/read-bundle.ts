import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import * as z from "zod";
import { AppError } from "../../shared/app-error.ts";
import { moduleParts, notNeeded } from "./package-parts.ts";

const metaSchema = z.object({
  outputs: z.record(
    z.string(),
    z.object({
      imports: z.array(z.object({ path: z.string(), external: z.boolean().optional() })),
      inputs: z.record(z.string(), z.unknown()),
    }),
  ),
});

const bundles = ["dist/main.cjs", "dist/engine-launcher.cjs"];

export interface Bundle {
  /** By its path in the package. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The folders of the npm packages whose code is in it, relative to the app's root. */
  readonly modules: readonly string[];
}

/** Reads what esbuild made of the app. Fails when it asks for a module that the package would not hold. */
export const readBundle = async (appRoot: string): Promise<Bundle> => {
  const { outputs } = metaSchema.parse(
    JSON.parse(await readFile(join(appRoot, "dist", "meta.json"), "utf8")),
  );
  const held = new Set(moduleParts.map(({ name }) => name));
  const files = new Map<string, Uint8Array>();
  const modules = new Set<string>();
  for (const path of bundles) {
    const output = outputs[path];
    if (!output) throw new AppError("internal", `${path} was not built: run npm run build.`);
    for (const { path: name, external } of output.imports) {
      if (!external || isBuiltin(name) || notNeeded.has(name) || held.has(name)) continue;
      throw new AppError(
        "internal",
        `${path} asks for ${name} at run time: let esbuild bundle it, or add it to src/cli/package/package-parts.ts.`,
      );
    }
    for (const input of Object.keys(output.inputs)) {
      const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? [];
      if (folder) modules.add(folder);
    }
    files.set(path, await readFile(join(appRoot, path)));
  }
  return { files, modules: [...modules].sort() };
};
