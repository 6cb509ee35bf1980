import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/*
 * Builds dist if a file changed that it is made from, and prints nothing. Every command of package.json runs this
 * first, so with nothing to do it costs less than 0.1 s: it hashes the sources and loads no package.
 */
const root = join(import.meta.dirname, "..", "..");
const dist = join(root, "dist");

const steps = ["build-app.ts", "build-web.ts", "build-embedder.ts"];

/** What dist is made from. The last one is npm's own list of what is installed, which `npm ci` writes. */
const sources = [
  "src",
  "tools",
  // doubles that the benches start
  "test/support",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "node_modules/.package-lock.json",
];

/** Written after a complete build. Without it, or when a file differs from it, dist is built again. */
const stampFile = join(dist, "stamp.json");

interface Stamp {
  readonly sources: string;
  /** Size and time of change of each file that was built, by its path in dist. */
  readonly built: Readonly<Record<string, string>>;
}

/** Another build may take this long on a busy machine. */
const lockRetries = { retries: 1_200, factor: 1, minTimeout: 100, maxTimeout: 100 };

const filesUnder = (path: string): readonly string[] => {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) return [];
  if (!entry.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesUnder(join(path, name)));
};

const hashSources = (): string => {
  const hash = createHash("sha256");
  for (const path of sources.flatMap((source) => filesUnder(join(root, source)))) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
};

/** Undefined for a missing file. */
const stateOf = (path: string): string | undefined => {
  const entry = statSync(join(dist, path), { throwIfNoEntry: false });
  return entry && `${entry.size} ${entry.mtimeMs}`;
};

const isUpToDate = (): boolean => {
  try {
    const stamp = JSON.parse(readFileSync(stampFile, "utf8")) as Stamp;
    return (
      Object.entries(stamp.built).every(([path, state]) => stateOf(path) === state) &&
      stamp.sources === hashSources()
    );
  } catch {
    // no stamp, or a damaged one
    return false;
  }
};

/** One step in a process of its own: Node would warn that package.json names no module type. */
const run = async (step: string): Promise<boolean> => {
  const words = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", join(import.meta.dirname, step)];
  const [code] = (await once(spawn(process.execPath, words, { stdio: "inherit" }), "exit")) as [
    number | null,
  ];
  return code === 0;
};

/** The files that the steps say they have built, by their path in dist; undefined if one is missing. */
const listBuilt = (): Stamp["built"] | undefined => {
  const { outputs } = JSON.parse(readFileSync(join(dist, "meta.json"), "utf8")) as { outputs: object };
  const folders = ["web", "all-MiniLM-L6-v2"].map((name) => filesUnder(join(dist, name)));
  const paths = [
    ...Object.keys(outputs).map((path) => path.slice("dist/".length)),
    "meta.json",
    "web.json",
    ...folders.flat().map((path) => relative(dist, path).split(sep).join("/")),
  ];
  const built = paths.map((path) => [path, stateOf(path)] as const);
  if (folders.some((files) => files.length === 0) || built.some(([, state]) => !state)) return undefined;
  return Object.fromEntries(built) as Stamp["built"];
};

/** What an earlier build has left of a script that is no more would run as if it were still there. */
const removeLeftOver = (built: Stamp["built"]): void => {
  for (const name of readdirSync(dist).filter((file) => /\.cjs(?:\.map)?$/.test(file)))
    if (!(name in built)) rmSync(join(dist, name));
};

const build = async (): Promise<boolean> => {
  rmSync(stampFile, { force: true });
  // before the steps read them: what changes meanwhile is built by the next run
  const hash = hashSources();
  const done = await Promise.all(steps.map(run));
  if (done.includes(false)) return false;
  const built = listBuilt();
  // without the model's folder, which a machine may be unable to build, the next run tries again
  if (!built) return true;
  removeLeftOver(built);
  const draft = `${stampFile}.draft`;
  writeFileSync(draft, JSON.stringify({ sources: hash, built } satisfies Stamp));
  renameSync(draft, stampFile);
  return true;
};

if (!isUpToDate()) {
  mkdirSync(dist, { recursive: true });
  const { lock } = await import("proper-lockfile");
  // two builds at once would write the same files; the lock of a build that was killed counts for 10 s
  const unlock = await lock(dist, { lockfilePath: join(dist, "building.lock"), retries: lockRetries });
  try {
    if (!isUpToDate() && !(await build())) process.exitCode = 1;
  } finally {
    await unlock();
  }
}
