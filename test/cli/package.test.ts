import { execFile, execFileSync } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { describePackage } from "../../tools/package/describe-package.ts";
import { readStripped } from "../../tools/package/read-stripped.ts";
import { checkNativeFile } from "../../tools/package/check-native-file.ts";
import { writeZip } from "../../tools/package/write-package.ts";
import { writeKnowledge } from "../support/knowledge-folder.ts";
import { repository } from "../support/repository.ts";
import { runNode } from "../support/run-node.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const run = promisify(execFile);

/** On two cores that others are using too. */
const slowMs = 300_000;
const folder = temporaryFolder();
const packaged = join(folder, "package");

const filesBelow = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(root, path)).isFile())
    .sort();

/** Elsewhere npm fetches what is for Linux, and tests have no network; nor could it be started. */
const describeOnLinux = process.platform === "linux" && process.arch === "x64" ? describe : describe.skip;

describeOnLinux("what npm run package makes", () => {
  let printed = "";
  const knowledge = join(folder, "knowledge");
  beforeAll(async () => {
    cpSync(join(repository, "knowledge"), knowledge, { recursive: true });
    writeFileSync(join(folder, "outside.txt"), "A secret.");
    writeKnowledge(knowledge, {
      id_rsa: "A secret.",
      ".env": "A secret.",
      "about.md": "In no namespace.",
      "drafts/idea.md": "In no namespace either.",
      "personal/.obsidian/workspace.json": "{}",
      "personal/photo.png": "…",
      "personal/draft.md": "---\ndraft: true\n---\nA secret.",
      "personal/broken.json": "{",
      "personal/outside.txt": `-> ${join(folder, "outside.txt")}`,
      "personal/same.md": "-> biography.md",
      "projects/_drafts/idea.md": "A secret.",
    });
    const command = runNode("package.cjs", {
      args: ["--out", packaged],
      // with no program of this machine to be found
      env: { PATH: folder, KNOWLEDGE_DIR: knowledge },
    });
    const code = await command.exited;
    printed = [...command.out, ...command.err].join("\n");
    expect([code, printed]).toEqual([0, expect.stringContaining("of at most 80 MB")]);
  }, slowMs);

  test("holds the production parts of one platform, and nothing of the workshop", () => {
    const files = filesBelow(packaged);
    expect(readdirSync(packaged).sort()).toEqual([
      "LICENSE",
      "THIRD-PARTY-NOTICES.txt",
      "dist",
      "host.json",
      "knowledge",
      "node_modules",
      "package.json",
    ]);
    expect(readdirSync(join(packaged, "dist"))).toEqual([
      "all-MiniLM-L6-v2",
      "azure-monitor-telemetry.cjs",
      "engine-launcher.cjs",
      "ingest-corpus.cjs",
      "main.cjs",
      "mcp-endpoint.cjs",
      "o200k-base.cjs",
      "sdk-azure-identity.cjs",
      "sdk-azure-storage-file-share.cjs",
      "sdk-openai.cjs",
      "web",
    ]);
    expect(files).toEqual(expect.arrayContaining(["dist/web/index.html.br", "dist/web/widget.js"]));
    expect(readdirSync(join(packaged, "node_modules"))).toEqual([
      "chromadb-js-bindings-linux-x64-gnu",
      "onnxruntime-common",
      "onnxruntime-node",
    ]);
    expect(files.filter((path) => path.endsWith(".node") || path.includes(".so."))).toEqual([
      "node_modules/chromadb-js-bindings-linux-x64-gnu/chromadb-js-bindings.linux-x64-gnu.node",
      expect.stringMatching(/onnxruntime-node\/bin\/napi-v\d\/linux\/x64\/libonnxruntime\.so\.\d$/),
      expect.stringMatching(/onnxruntime-node\/bin\/napi-v\d\/linux\/x64\/onnxruntime_binding\.node$/),
    ]);
    expect(files.filter((path) => /\.(?:ts|map)$|local\.settings/.test(path))).toEqual([]);
    expect(files).toContain("knowledge/personal/identity.json");
  });

  test("holds of the knowledge what an ingest reads, names the rest, and nothing behind a link that leaves it", () => {
    const demo = filesBelow(join(repository, "knowledge")).filter((path) => path !== "README.md");
    expect(filesBelow(join(packaged, "knowledge"))).toEqual([...demo, "personal/same.md"].sort());
    expect(lstatSync(join(packaged, "knowledge", "personal", "same.md")).isSymbolicLink()).toBe(false);
    expect(printed).toContain("Unpublished, left out: 2 files: personal/draft.md (draft: true)");
    expect(printed).toContain("Not read: 1 picture (.png), 1 without an ending.");
    expect(printed).toContain("personal/outside.txt: is a link that leaves the knowledge folder");
    for (const name of ["about.md", "drafts/", "personal/broken.json:1"])
      expect(printed).toContain(`  ${name}: `);
  });

  test("has a manifest that starts the app, and keeps the licences of what others wrote", () => {
    const manifest = JSON.parse(readFileSync(join(packaged, "package.json"), "utf8")) as { main: string };
    expect(statSync(join(packaged, manifest.main)).size).toBeGreaterThan(500_000);
    const notices = readFileSync(join(packaged, "THIRD-PARTY-NOTICES.txt"), "utf8");
    for (const name of ["openai", "zod", "chromadb", "onnxruntime-node", "preact", "all-MiniLM-L6-v2"]) {
      expect(notices).toMatch(new RegExp(`^${name}[ ,]`, "m"));
    }
    expect(notices).toContain("Permission is hereby granted");
  });

  test("tells each part's size, with the engine stripped", () => {
    expect(printed).toMatch(/^Chroma engine \(\S+ 1\.0\.5\) +\d+ +4\d\.\d +1\d\.\d$/m);
    expect(printed).toMatch(/^all +\d+ +1\d\d(?:\.\d)? +5\d(?:\.\d)?$/m);
    expect(printed).toContain("Runs on Linux x64 with Node 22 and glibc 2.34 or later");
  });

  test(
    "answers the canary question from a read-only folder, and tells what that takes",
    async () => {
      const proof = runNode("package.cjs", { args: ["proof", "--zip", `${packaged}.zip`, "--quick"] });
      expect([await proof.exited, proof.err.join("\n")]).toEqual([0, ""]);
      const text = proof.out.join("\n");
      const [, seconds, cpu, start, steady, swap] =
        /^packaged +beside +([\d.]+) +([\d.]+) +(\d+) +(\d+) +(\d+)$/m.exec(text)?.map(Number) ?? [];
      expect([seconds, cpu]).toEqual([expect.any(Number), expect.any(Number)]);
      // an app without an engine would be smaller
      for (const megabytes of [start, steady, swap]) expect(megabytes).toBeGreaterThan(150);
      expect(text).toMatch(/^knowledge +SWAP +512 MB, 0\.25 cores +2048 MB, 1 cores +4096 MB, 2 cores$/m);
      expect(text).toMatch(/^packaged +beside(?: +(?:fits|tight|too small), [\d.]+ s){3}$/m);
    },
    slowMs,
  );

  test("is what .funcignore leaves for other ways of publishing", async () => {
    const secret = [
      "knowledge/id_rsa",
      "knowledge/personal/identity.json",
      "local.settings.json",
      ".env",
      ".data/CURRENT",
      "dist/package/dist/main.cjs",
      "dist/ingest.cjs",
    ];
    const workshop = [
      "src/main.ts",
      "node_modules/node/bin/node",
      "node_modules/@swc/core/index.js",
      "README.md",
    ];
    const shipped = filesBelow(packaged).filter((path) => !/^(?:[A-Z-]+(?:\.txt)?$|knowledge\/)/.test(path));
    const tree = join(folder, "tree");
    for (const path of [...shipped, ...secret, ...workshop]) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), "");
    }
    execFileSync("git", ["init", "-q", tree]);
    const words = ["ls-files", "--others", `--exclude-from=${join(repository, ".funcignore")}`];
    const { stdout } = await run("git", ["-C", tree, ...words]);
    expect(stdout.trim().split("\n").sort()).toEqual([...shipped].sort());
    const accepted = acceptedByCoreTools(readFileSync(join(repository, ".funcignore"), "utf8"));
    expect([...shipped, ...secret, ...workshop].filter(accepted)).toEqual(shipped);
  });

  test("a folder that holds something else is not overwritten", async () => {
    const precious = join(folder, "precious");
    mkdirSync(precious);
    writeFileSync(join(precious, "thesis.md"), "years of work");
    const command = runNode("package.cjs", { args: ["--out", precious] });
    expect(await command.exited).toBe(1);
    expect(command.err.join("\n")).toContain("holds something else than a package");
    expect(readFileSync(join(precious, "thesis.md"), "utf8")).toBe("years of work");
  });
});

/** As Azure Functions Core Tools reads it: patterns are beginnings, and a negated one always wins. */
const acceptedByCoreTools = (text: string): ((path: string) => boolean) => {
  const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
  const matcher = (negated: boolean): RegExp => {
    const patterns = lines.filter((line) => line.startsWith("!") === negated);
    const sources = patterns.map((line) =>
      line.replace(/^!?\//, "").replaceAll(/[.]/g, "\\.").replaceAll("*", "[^/]+"),
    );
    return new RegExp(`^(?:${sources.join("|")})`);
  };
  const [denied, kept] = [matcher(false), matcher(true)];
  return (path) => kept.test(path) || !denied.test(path);
};

test("the same files give the same zip, whenever it is made", async () => {
  const files = [{ path: "a/b.txt", part: "", content: Buffer.from("text ".repeat(1_000)) }];
  const zips = [join(folder, "one.zip"), join(folder, "two.zip")] as const;
  const { packed, bytes } = await writeZip(zips[0], files);
  expect(packed.get("a/b.txt")).toBeLessThan(bytes);
  // a zip counts time in steps of two seconds
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  await writeZip(zips[1], files);
  expect(readFileSync(zips[0]).equals(readFileSync(zips[1]))).toBe(true);
});

test("a zip over 80 MB is refused, with the file that makes it so", () => {
  const content = new Uint8Array();
  const files = ["small", "knowledge/large.txt"].map((path) => ({ path, part: "knowledge", content }));
  const packed = new Map([
    ["small", 10],
    ["knowledge/large.txt", 79_000_000],
  ]);
  expect(describePackage({ files, packed, bytes: 80_000_000 }).problem).toBeUndefined();
  expect(describePackage({ files, packed, bytes: 80_000_001 }).problem).toMatch(
    /larger than 80 MB.*knowledge\/large\.txt \(79\.0 MB\)/,
  );
});

test("what npm brings instead of a missing part is checked against package-lock.json", async () => {
  const npm = join(folder, "npm.js");
  writeFileSync(
    npm,
    `const [, , pack, what, , , into] = process.argv;
     require("fs").writeFileSync(into + "/other.tgz", pack + what);
     console.log(JSON.stringify([{ filename: "other.tgz" }]));`,
  );
  const command = runNode("package.cjs", {
    args: ["--fetch", "--out", join(folder, "fetched")],
    env: { npm_execpath: npm },
  });
  expect(await command.exited).toBe(1);
  expect(command.err.join("\n")).toBe(
    "onnxruntime-node@1.30.0 is not what package-lock.json names: its sha512 differs.",
  );
});

test("a native file for another machine, or for a newer glibc than Azure has, is refused", () => {
  const native = (machine: number, text: string): Buffer => {
    const head = Buffer.alloc(64);
    head.write("\x7fELF", "latin1");
    head.writeUInt16LE(machine, 18);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  expect(checkNativeFile("x.node", native(0x3e, "GLIBC_2.2.5\0GLIBC_2.34\0"))).toBe(34);
  expect(() => checkNativeFile("x.node", native(0x3e, "GLIBC_2.38\0"))).toThrow(
    /needs glibc 2\.38.*has 2\.36/,
  );
  expect(() => checkNativeFile("x.node", native(0xb7, "GLIBC_2.17\0"))).toThrow(
    /not a program for Linux x64/,
  );
});

test("of a native file is left what is loaded; a file that is cut short is refused", async () => {
  const file = join(folder, "engine.node");
  const native = Buffer.alloc(1_000, "symbols");
  native.fill(0, 0, 64 + 2 * 56);
  native.write("\x7fELF", "latin1");
  native.set([2, 1], 4);
  for (const [at, size] of [
    [16, 3],
    [18, 0x3e],
    [54, 56],
    [56, 2],
    [58, 64],
    [60, 9],
    [62, 8],
  ] as const)
    native.writeUInt16LE(size, at);
  for (const [at, size] of [
    [32, 64],
    [40, 700],
    [64 + 8, 100],
    [64 + 32, 300],
    [120 + 8, 0],
    [120 + 32, 200],
  ] as const)
    native.writeBigUInt64LE(BigInt(size), at);
  writeFileSync(file, native);
  const stripped = await readStripped(file);
  expect(stripped).toHaveLength(400);
  const head = Buffer.from(native.subarray(0, 400));
  for (const at of [40, 60, 62]) head.fill(0, at, at + (at === 40 ? 8 : 2));
  expect(Buffer.from(stripped).equals(head)).toBe(true);
  expect(checkNativeFile(file, stripped)).toBe(0);

  writeFileSync(file, native.subarray(0, 399));
  await expect(readStripped(file)).rejects.toThrow(/engine\.node is cut short: run npm ci/);
  writeFileSync(file, "no program");
  expect(() => checkNativeFile(file, Buffer.from("no program"))).toThrow(/not a program for Linux x64/);
  expect(Buffer.from(await readStripped(file)).toString()).toBe("no program");
});
