import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { repository } from "./support/repository.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const run = promisify(execFile);
const folder = temporaryFolder();

interface BuildRun {
  readonly code: number;
  /** All that it printed. */
  readonly text: string;
}

const build = async (root: string): Promise<BuildRun> => {
  try {
    const { stdout, stderr } = await run(process.execPath, [join(root, "tools", "build", "build.mts")], {
      cwd: root,
    });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
};

const silent: BuildRun = { code: 0, text: "" };

const write = (root: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
};

/** When each file below a folder was last written. */
const timesBelow = (root: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(root, path)).isFile())
      .map((path) => [path, statSync(join(root, path)).mtimeMs]),
  );

/** A repository whose steps write what the real ones do, in little: the text of src/main.ts, and one line a run. */
const smallRepository = (name: string): string => {
  const root = join(folder, name);
  const step = `import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";\n`;
  write(root, {
    "package.json": "{}",
    "package-lock.json": "{}",
    "tsconfig.json": "{}",
    "node_modules/.package-lock.json": "{}",
    "src/main.ts": "first",
    "tools/build/build-app.ts": `${step}
      const text = readFileSync("src/main.ts", "utf8");
      if (text === "broken") throw new Error("src/main.ts does not compile");
      appendFileSync("runs.txt", text.trim() + "\\n");
      writeFileSync("dist/main.cjs", text);
      writeFileSync("dist/meta.json", JSON.stringify({ outputs: { "dist/main.cjs": {} } }));`,
    "tools/build/build-web.ts": `${step}
      mkdirSync("dist/web", { recursive: true });
      writeFileSync("dist/web/index.html", "");
      writeFileSync("dist/web.json", "{}");`,
    "tools/build/build-embedder.ts": `${step}
      mkdirSync("dist/all-MiniLM-L6-v2", { recursive: true });
      writeFileSync("dist/all-MiniLM-L6-v2/layout.json", "{}");`,
  });
  cpSync(join(repository, "tools", "build", "build.mts"), join(root, "tools", "build", "build.mts"));
  symlinkSync(
    join(repository, "node_modules", "proper-lockfile"),
    join(root, "node_modules", "proper-lockfile"),
    "junction",
  );
  return root;
};

/** What src/main.ts was each time that it was built. */
const runsOf = (root: string): readonly string[] =>
  readFileSync(join(root, "runs.txt"), "utf8").trim().split("\n");

test("the app is built once: a second command finds nothing to do, writes nothing and prints nothing", async () => {
  const root = join(folder, "app");
  for (const path of ["src", "tools", "test/support", "package.json", "package-lock.json", "tsconfig.json"])
    cpSync(join(repository, path), join(root, path), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  expect(await build(root)).toEqual(silent);
  const times = timesBelow(join(root, "dist"));
  for (const file of ["ingest.cjs", "main.cjs", "web/index.html.br", "all-MiniLM-L6-v2/weights.bin"])
    expect(times).toHaveProperty([file]);
  expect(await build(root)).toEqual(silent);
  expect(timesBelow(join(root, "dist"))).toEqual(times);
});

test("whatever dist is made from, its change builds dist again", async () => {
  const root = smallRepository("changes");
  await build(root);
  const changes: Readonly<Record<string, () => void>> = Object.fromEntries(
    [
      "src/main.ts",
      "src/new.css",
      "tools/build/build-web.ts",
      "package.json",
      "package-lock.json",
      "tsconfig.json",
      "node_modules/.package-lock.json",
    ].map((path) => [path, () => appendFileSync(join(root, path), "\n")]),
  );
  for (const [what, change] of [
    ...Object.entries(changes),
    ["a file that is gone", () => rmSync(join(root, "src", "new.css"))] as const,
  ]) {
    const before = runsOf(root).length;
    change();
    expect([what, await build(root), runsOf(root).length]).toEqual([what, silent, before + 1]);
  }
});

test("a file of dist that is gone, damaged or of another build is made again", async () => {
  const root = smallRepository("damage");
  await build(root);
  const damages: readonly (() => void)[] = [
    () => rmSync(join(root, "dist", "main.cjs")),
    () => write(root, { "dist/main.cjs": "other" }),
    () => rmSync(join(root, "dist", "web"), { recursive: true }),
    () => rmSync(join(root, "dist", "all-MiniLM-L6-v2"), { recursive: true }),
    () => write(root, { "dist/stamp.json": "{" }),
    () => rmSync(join(root, "dist"), { recursive: true }),
  ];
  for (const [index, damage] of damages.entries()) {
    damage();
    expect([index, await build(root), runsOf(root).length]).toEqual([index, silent, index + 2]);
    expect(readFileSync(join(root, "dist", "main.cjs"), "utf8")).toBe("first");
  }
});

test("a build that fails says so, and is tried again until it succeeds", async () => {
  const root = smallRepository("failure");
  await build(root);
  write(root, { "src/main.ts": "broken" });
  for (const _ of [1, 2])
    expect(await build(root)).toEqual({
      code: 1,
      text: expect.stringContaining("src/main.ts does not compile"),
    });
  write(root, { "src/main.ts": "first" });
  expect(await build(root)).toEqual(silent);
  expect(runsOf(root)).toEqual(["first", "first"]);
});

test("a machine that cannot build the embedding model builds the rest, and tries the model again", async () => {
  const root = smallRepository("no-model");
  const remark = "Without its embedding model";
  const step = readFileSync(join(root, "tools", "build", "build-embedder.ts"), "utf8");
  write(root, { "tools/build/build-embedder.ts": `console.log("${remark}");` });
  for (const _ of [1, 2]) expect(await build(root)).toEqual({ code: 0, text: `${remark}\n` });
  expect(readFileSync(join(root, "dist", "main.cjs"), "utf8")).toBe("first");
  write(root, { "tools/build/build-embedder.ts": step });
  expect([await build(root), await build(root)]).toEqual([silent, silent]);
  expect(runsOf(root)).toHaveLength(3);
});

test("a script that is no more leaves no built file that would still run", async () => {
  const root = smallRepository("left-over");
  write(root, { "dist/old.cjs": "", "dist/old.cjs.map": "", "dist/package/dist/old.cjs": "" });
  await build(root);
  expect(Object.keys(timesBelow(join(root, "dist"))).filter((path) => path.includes("old"))).toEqual([
    join("package", "dist", "old.cjs"),
  ]);
});

test("of commands that start at once, one builds and the others wait for it", async () => {
  const root = smallRepository("together");
  expect(await Promise.all([1, 2, 3, 4].map(() => build(root)))).toEqual([silent, silent, silent, silent]);
  expect(runsOf(root)).toEqual(["first"]);
});

test("npm adds no warning of its own to a command, and knows which Node installs the app", async () => {
  const npm = process.env["npm_execpath"];
  const [program, words] = npm ? [process.execPath, [npm]] : ["npm", []];
  const { stdout, stderr } = await run(program, [...words, "pkg", "get", "engines"], {
    cwd: repository,
    // without what this machine's npm was set to
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      npm_config_userconfig: join(folder, "user"),
      npm_config_globalconfig: join(folder, "global"),
    },
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ node: ">=20" });
});

test("no script of package.json depends on one that npm skips together with the packages' install scripts", () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  expect(readFileSync(join(repository, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
  const skipped = Object.keys(scripts).flatMap((name) => [`pre${name}`, `post${name}`]);
  expect(skipped.filter((name) => name in scripts)).toEqual([]);
});
