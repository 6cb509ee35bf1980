import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../src/shared/app-error.ts";
import { loadCorpus } from "../../src/ingest/load-corpus.ts";
import type { Corpus } from "../../src/ingest/load-corpus.ts";
import { checkNativeFile } from "./check-native-file.ts";
import { findModule } from "./find-module.ts";
import type { FoundModule } from "./find-module.ts";
import { listFiles } from "./list-files.ts";
import { engineModule, licenceFile, moduleParts } from "./package-parts.ts";
import { embedderFolder, readBundle } from "./read-bundle.ts";
import { readStripped } from "./read-stripped.ts";
import { readLockedModules } from "./locked-modules.ts";
import { thirdPartyNotices } from "./third-party-notices.ts";

export interface PackageFile {
  /** Relative to the package's root, with `/`. */
  readonly path: string;
  /** What it belongs to, for the report. */
  readonly part: string;
  readonly content: Uint8Array;
}

interface Sources {
  readonly appRoot: string;
  readonly knowledgeFolder: string;
  /** Takes no native part from this machine's `node_modules`: all are fetched by name. */
  readonly fetchAll: boolean;
  /** A folder for what is fetched. */
  readonly temporary: string;
}

export interface Collected {
  /** Every file that is deployed, sorted by path. */
  readonly files: readonly PackageFile[];
  /** The 2.x of the glibc that they need. */
  readonly glibc: number;
  /** What of the knowledge folder is not among them. */
  readonly leftOut: Pick<Corpus, "problems" | "unpublished" | "otherKinds">;
}

/** Puts together what is deployed. Of the knowledge folder that is what an ingest reads, and nothing else. */
export const collectFiles = async (sources: Sources): Promise<Collected> => {
  const { appRoot, knowledgeFolder } = sources;
  const locked = await readLockedModules(appRoot);
  const bundle = await readBundle(appRoot);
  const files: PackageFile[] = [...bundle.files].map(([path, content]) => ({
    path,
    part: path.startsWith(`${embedderFolder}/`) ? "embedding model" : "app",
    content,
  }));
  const modules: FoundModule[] = [];
  for (const { name, about, keep } of moduleParts) {
    const module = await findModule({ ...sources, name, ...locked(name) });
    modules.push(module);
    const part = `${about} (${name} ${module.version})`;
    for (const [path, content] of await takeFiles(module, keep)) {
      files.push({ path: `node_modules/${name}/${path}`, part, content });
    }
  }
  const corpus = await loadCorpus(knowledgeFolder, 0);
  const settings = corpus.settings.map((path) => ({ path, file: join(knowledgeFolder, path) }));
  for (const { path, file } of [...settings, ...corpus.files])
    files.push({ path: `knowledge/${path}`, part: "knowledge", content: await readFile(file) });
  const notices = await thirdPartyNotices([
    ...bundle.modules.map((folder) => join(appRoot, folder)),
    ...modules.map(({ folder }) => folder),
  ]);
  const rest = new Map<string, string | Uint8Array>([
    ["package.json", await appManifest(appRoot, modules)],
    ["host.json", await readFile(join(appRoot, "host.json"))],
    ["LICENSE", await readFile(join(appRoot, "LICENSE"))],
    ["THIRD-PARTY-NOTICES.txt", notices],
  ]);
  for (const [path, content] of rest)
    files.push({ path, part: "settings and licences", content: Buffer.from(content) });
  const natives = files.filter(({ path }) => /\.node$|\.so[.\d]*$/.test(path));
  return {
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    leftOut: corpus,
    glibc: Math.max(...natives.map(({ path, content }) => checkNativeFile(path, content))),
  };
};

/** The files of a module that are kept, by their path in it. */
const takeFiles = async (
  { name, folder }: FoundModule,
  keep: readonly RegExp[],
): Promise<ReadonlyMap<string, Uint8Array>> => {
  const all = await listFiles(folder);
  const missing = keep.find((pattern) => !all.some((path) => pattern.test(path)));
  if (missing)
    throw new AppError("misconfigured", `${folder} has no file like ${missing.source}: run npm ci.`);
  const taken = new Map<string, Uint8Array>();
  for (const path of all.filter(
    (file) => licenceFile.test(file) || keep.some((pattern) => pattern.test(file)),
  )) {
    const file = join(folder, path);
    const isEngine = name === engineModule && path.endsWith(".node");
    if (path === "package.json") taken.set(path, Buffer.from(await moduleManifest(file)));
    else taken.set(path, await (isEngine ? readStripped(file) : readFile(file)));
  }
  return taken;
};

const deployedNames = new Set(moduleParts.map(({ name }) => name));

/** Without scripts, and with what it needs of what is here: an npm install over there then changes nothing. */
const moduleManifest = async (file: string): Promise<string> => {
  const {
    scripts: _,
    devDependencies: __,
    dependencies = {},
    ...rest
  } = JSON.parse(await readFile(file, "utf8")) as {
    readonly scripts?: unknown;
    readonly devDependencies?: unknown;
    readonly dependencies?: Readonly<Record<string, string>>;
  };
  const kept = Object.entries(dependencies).filter(([name]) => deployedNames.has(name));
  return render({ ...rest, dependencies: Object.fromEntries(kept) });
};

const appManifest = async (appRoot: string, modules: readonly FoundModule[]): Promise<string> => {
  const { name, version, description, license, main } = JSON.parse(
    await readFile(join(appRoot, "package.json"), "utf8"),
  ) as Readonly<Record<string, string>>;
  return render({
    name,
    version,
    private: true,
    description,
    license,
    main,
    engines: { node: ">=22" },
    dependencies: Object.fromEntries(modules.map((module) => [module.name, module.version])),
  });
};

const render = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
