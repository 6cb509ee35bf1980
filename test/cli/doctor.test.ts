import { execFile, execFileSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { text as bodyOf } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { dist } from "../support/dist.ts";
import { engineBinding } from "../../src/engine/engine-binding.ts";
import { freePort } from "../../src/engine/free-port.ts";
import { renderManifest } from "../../src/generations/manifest.ts";
import type { Manifest } from "../../src/ports/generation.ts";
import { startAzureFilesServer } from "../support/azure-files-server.ts";
import { repository } from "../support/repository.ts";
import { ingestedOnce } from "../support/ingested-once.ts";
import { startApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const base = temporaryFolder();

/** Several apps are started and asked, on two cores that others are using too. */
const slowMs = 180_000;
const instrumentationKey = "InstrumentationKey=11111111-2222-4333-8444-555555555555";
const functionKey = "a-function-key-of-the-test-0123456789";

/** A copy of the app's own folder, with the real parts behind it, in which anything may be broken. */
const makeRoot = (files: Record<string, string> = {}): string => {
  const root = mkdtempSync(join(base, "root-"));
  for (const name of ["package.json", "package-lock.json", ".gitignore"]) {
    copyFileSync(join(repository, name), join(root, name));
  }
  mkdirSync(join(root, "dist"));
  const sdks = readdirSync(dist).filter((name) => /^sdk-.+\.cjs$/.test(name));
  for (const name of ["doctor.cjs", "engine-launcher.cjs", ...sdks]) {
    copyFileSync(join(dist, name), join(root, "dist", name));
  }
  for (const folder of ["node_modules", join("dist", "all-MiniLM-L6-v2")])
    symlinkSync(join(repository, folder), join(root, folder), "junction");
  cpSync(join(repository, "knowledge"), join(root, "knowledge"), { recursive: true });
  for (const [path, text] of Object.entries(files)) write(join(root, path), text);
  return root;
};

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

const git = (root: string, ...words: string[]): void => {
  execFileSync("git", ["-C", root, "-c", "user.name=t", "-c", "user.email=t@t", ...words], { stdio: "pipe" });
};

interface Report {
  readonly code: number;
  readonly text: string;
  /** The finding with this mark that matches, and its remedy. */
  readonly finding: (mark: "ok" | "warn" | "WRONG" | "-", pattern: RegExp) => string | undefined;
}

const run = (file: string, words: readonly string[], env: Record<string, string>): Promise<Report> =>
  new Promise((resolve) => {
    const inherited = Object.fromEntries(
      ["PATH", "HOME"].flatMap((name) => {
        const value = process.env[name];
        return value === undefined ? [] : [[name, value]];
      }),
    );
    execFile(
      process.execPath,
      [file, ...words],
      { env: { ...inherited, PORT: "0", ...env }, cwd: base },
      (error, stdout, stderr) => {
        const text = stdout + stderr;
        const findings = text.split(/\n(?=\S)/);
        resolve({
          code: error ? Number(error.code) : 0,
          text,
          finding: (mark, pattern) =>
            findings.find(
              (each) => each.startsWith(`${mark} `) && pattern.test(each.replaceAll(/\s+/g, " ")),
            ),
        });
      },
    );
  });

const doctor = (
  root: string,
  env: Record<string, string> = {},
  words: readonly string[] = [],
): Promise<Report> => run(join(root, "dist", "doctor.cjs"), words, env);

const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

const serve = async (listener: RequestListener): Promise<{ port: number; url: string }> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { port, url: `http://127.0.0.1:${port}` };
};

/** What was planted and not reported as wrong, or not with how to fix it; with the whole report. */
const missedFindings = (
  report: Report,
  planted: readonly (readonly [what: RegExp, remedy: RegExp])[],
): readonly string[] => {
  const missed = planted
    .filter(([what, remedy]) => !/\n +-> /.test(report.finding("WRONG", what)?.match(remedy)?.input ?? ""))
    .map(([what]) => String(what));
  if (report.code !== 1) missed.push(`exit code ${report.code}`);
  return missed.length > 0 ? [...missed, report.text] : [];
};

const share = join(base, "share");
beforeAll(async () => {
  await ingestedOnce(join(repository, "knowledge"), { DATA_DIR: share });
});

test("with nothing wrong it says so, line by line, and exits with 0", async () => {
  const model = await serve((request, response) => {
    void (async () => {
      if ((await bodyOf(request)).includes("max_completion_tokens")) {
        response.writeHead(422).end('{"detail":"max_completion_tokens: Extra inputs are not permitted"}');
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      const chunk = { id: "1", object: "chat.completion.chunk", created: 1, model: "m" };
      const choices = [{ index: 0, delta: { role: "assistant", content: "yes" }, finish_reason: "length" }];
      response.end(`data: ${JSON.stringify({ ...chunk, choices })}\n\ndata: [DONE]\n\n`);
    })();
  });
  const root = makeRoot();
  git(root, "init", "-q");
  const report = await doctor(root, {
    DATA_DIR: share,
    FUNCTION_KEY: functionKey,
    OPENAI_BASE_URL: `${model.url}/v1`,
    OPENAI_MODEL: "m",
  });
  expect(report.text).toMatch(/\n\nAll fine\.\n$/);
  expect(report.code).toBe(0);
  for (const what of [
    /Node 22\./,
    /system/,
    /settings/,
    /secrets/,
    /keys/,
    /knowledge \d+ files/,
    /local disk/,
  ]) {
    expect([what, report.finding("ok", what)]).toEqual([what, expect.any(String)]);
  }
  for (const what of [
    /engine starts and answers/,
    /share .* replaced by a rename/,
    /generation 000001-\S+ of/,
  ]) {
    expect([what, report.finding("ok", what)]).toEqual([what, expect.any(String)]);
  }
  expect(report.finding("ok", /answers 4 namespaces opened and searched/)).toBeDefined();
  expect(report.finding("ok", /model m at .* answers .*without max_completion_tokens/)).toBeDefined();
  // reads well where there are no colours
  expect(report.text).not.toContain("\u001b[");
});

describe("planted problems", () => {
  test("an install that is not complete, and a Node that is too old, before anything is built", async () => {
    const root = mkdtempSync(join(base, "bare-"));
    const check = join(root, "src", "cli", "doctor", "check-install.cjs");
    const source = readFileSync(join(repository, "src", "cli", "doctor", "check-install.cjs"), "utf8");
    write(check, source);
    const entry = { version: "1.2.3" };
    const lock = {
      packages: {
        "": {},
        "node_modules/there": entry,
        "node_modules/older": entry,
        "node_modules/gone": entry,
        "node_modules/for-others": { ...entry, os: ["plan9"] },
        "node_modules/not-needed": { ...entry, optional: true },
        // npm says nothing when it could not fetch it, and each command then fails on an older Node
        "node_modules/node-here": {
          ...entry,
          optional: true,
          os: process.platform,
          bin: { node: "bin/node" },
        },
      },
    };
    write(join(root, "package.json"), JSON.stringify({ engines: { node: ">=19" } }));
    write(join(root, "package-lock.json"), JSON.stringify(lock));
    write(join(root, "node_modules/there/package.json"), JSON.stringify(entry));
    write(join(root, "node_modules/older/package.json"), JSON.stringify({ version: "1.0.0" }));
    expect(
      missedFindings(await run(check, [], {}), [
        [
          /npm install .*: older 1\.2\.3 \(1\.0\.0\), gone 1\.2\.3 \(missing\), node-here 1\.2\.3 \(missing\)\. /,
          /Run npm ci/,
        ],
      ]),
    ).toEqual([]);
    write(check, source.replaceAll("process.versions.node", '"18.1.0"'));
    expect(
      missedFindings(await run(check, [], {}), [[/Node .* is too old/, /Install Node 19 or later/]]),
    ).toEqual([]);
  });

  test("wrong and misspelt settings, and secrets that git holds", async () => {
    const root = makeRoot({
      ".gitignore": "dist/\n",
      "local.settings.json": JSON.stringify({ Values: { OPENAI_MODLE: "gpt", FUNCTION_KEY: functionKey } }),
      "notes.md": `The key is ${functionKey}.`,
    });
    git(root, "init", "-q");
    git(root, "add", "-f", "local.settings.json", "notes.md");
    const report = await doctor(root, {
      LLM: "chatgpt",
      OPENAI_BASE_URL: "ftp://models",
      CHROMA_MODE: "server",
      SNAPSHOT_DIR: share,
      SNAPSHOT_URL: "https://a.file.core.windows.net/b",
      KEEP_GENERATION: "3",
      APPLICATIONINSIGHTS_CONNECTION_STRING: "InstrumentationKey=none",
    });
    expect(
      missedFindings(report, [
        [/settings LLM must be one of: auto, extractive, /, /docs\/settings\.md/],
        [/settings OPENAI_BASE_URL must be an address/, /docs\/settings\.md/],
        [/settings CHROMA_URL is needed with CHROMA_MODE=server/, /docs\/settings\.md/],
        [/settings APPLICATIONINSIGHTS_CONNECTION_STRING must hold InstrumentationKey/, /docs\/settings\.md/],
        [/settings SNAPSHOT_DIR and SNAPSHOT_URL exclude each other/, /docs\/settings\.md/],
        [/settings local\.settings\.json sets OPENAI_MODLE/, /Is OPENAI_MODEL meant\?/],
        [/secrets git tracks local\.settings\.json/, /git rm --cached/],
        [/secrets git does not ignore local\.settings\.json/, /\.gitignore/],
        [/secrets The value of FUNCTION_KEY stands in notes\.md/, /Replace the secrets/],
      ]),
    ).toEqual([]);
    expect(report.finding("warn", /KEEP_GENERATION is set/)).toMatch(/Is KEEP_GENERATIONS meant\?/);
    expect(report.finding("-", /engine not looked at: fix the settings first/)).toBeDefined();
    expect(report.text).not.toContain(functionKey);
  });

  test("no share, no place for data, no files, a taken port, a model that refuses, guessable keys, bad telemetry", async () => {
    const model = await serve((_, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code: "invalid_api_key", message: "no" } }));
    });
    const root = makeRoot({ "local.settings.json": "{ Values }", "a-file": "", "files/readme.txt": "" });
    const report = await doctor(root, {
      SNAPSHOT_DIR: join(base, "not-mounted"),
      DATA_DIR: join(root, "a-file", "data"),
      KNOWLEDGE_DIR: join(root, "files"),
      PORT: String(model.port),
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_API_KEY: "sk-wrong-key-of-the-test",
      OPENAI_MODEL: "m",
      EMBEDDINGS: "openai",
      OPENAI_EMBEDDING_MODEL: "e",
      FUNCTION_KEY: "changeme",
      API_KEYS: "changeme",
      APPLICATIONINSIGHTS_CONNECTION_STRING: `${instrumentationKey};IngestionEndpoint=http://127.0.0.1/`,
    });
    expect(
      missedFindings(report, [
        [/settings .*local\.settings\.json/, /local\.settings\.example\.json/],
        [/share .*not-mounted cannot be used as the share: ENOENT/, /Mount it/],
        [/local disk .* cannot be written to: E[A-Z]+/, /DATA_DIR/],
        [/knowledge .* holds no file that can be read/, /Put \.md/],
        [/port Port \d+ is taken by another program/, /Set PORT/],
        [/embedder e at .*answered 401 invalid_api_key/, /OPENAI_EMBEDDING_MODEL/],
        [/model m at .*answered 401 invalid_api_key/, /OPENAI_API_KEY/],
        [/keys FUNCTION_KEY holds a placeholder/, /openssl/],
        [/keys FUNCTION_KEY is one of the API_KEYS/, /openssl/],
        [/telemetry .* IngestionEndpoint that is no https address/, /Connection String/],
      ]),
    ).toEqual([]);
    expect(report.text).not.toContain("sk-wrong-key-of-the-test");
  });

  test("a generation that is damaged, one for another embedder, a clock that is wrong, a corpus in German", async () => {
    const german =
      "Die Maschine von Charles Babbage sollte Zahlen mit Zahnrädern rechnen und wurde nie gebaut. ";
    const root = makeRoot({ "knowledge-de/personal/maschine.md": `# Maschine\n\n${german.repeat(20)}` });
    const DATA_DIR = join(base, "damaged");
    cpSync(share, DATA_DIR, { recursive: true });
    const shiftFile = join(base, "shift");
    writeFileSync(shiftFile, String(-3_600_000));
    const damaged = await doctor(root, {
      DATA_DIR: flipByteIn(DATA_DIR, "vectors.f32"),
      KNOWLEDGE_DIR: join(root, "knowledge-de"),
      APPLICATIONINSIGHTS_CONNECTION_STRING: `${instrumentationKey};IngestionEndpoint=https://127.0.0.1:9/`,
      NODE_OPTIONS: `--require ${join(repository, "test", "faults", "shift-clock.cjs")}`,
      SHIFT_FILE: shiftFile,
    });
    expect(
      missedFindings(damaged, [
        [/generation .*000001-\S+ .*vectors\.f32/, /npm run rollback/],
        [/clock .* 3\d\d\d s behind that of the share/, /clock/],
        [/telemetry 127\.0\.0\.1:9 cannot be reached/, /fix the connection string/],
      ]),
    ).toEqual([]);
    expect(damaged.finding("warn", /language .*not English.*German/)).toMatch(/EMBEDDINGS/);

    const other = join(base, "other");
    cpSync(share, other, { recursive: true });
    editManifest(other, (manifest) => ({ ...manifest, embedder: { name: "word2vec", dimensions: 384 } }));
    expect(
      missedFindings(await doctor(root, { DATA_DIR: other }), [
        [/answers .*embedded with word2vec, which this app does not have/, /npm run ingest -- --force/],
      ]),
    ).toEqual([]);
    writeFileSync(join(other, "CURRENT"), "{}");
    expect(
      missedFindings(
        await doctor(root, { DATA_DIR: other, CHROMA_MODE: "server", CHROMA_URL: "http://127.0.0.1:9" }),
        [
          [/generation CURRENT is damaged/, /npm run rollback/],
          [/engine The Chroma server at http:\/\/127\.0\.0\.1:9 cannot be reached/, /Start the server/],
        ],
      ),
    ).toEqual([]);
  });

  test("an engine that does not load, and a share that refuses its key", async () => {
    const root = makeRoot();
    rmSync(join(root, "node_modules"));
    for (const name of readdirSync(join(repository, "node_modules"))) {
      const there = join(root, "node_modules", name);
      if (name !== engineBinding()) {
        mkdirSync(dirname(there), { recursive: true });
        symlinkSync(join(repository, "node_modules", name), there, "junction");
      }
    }
    const binding = join("node_modules", engineBinding());
    write(join(root, binding, "package.json"), JSON.stringify({ version: "1.0.5", main: "engine.node" }));
    write(join(root, binding, "engine.node"), "not a program");
    const server = await startAzureFilesServer();
    closers.push(() => void server.close());
    server.faults.failNext(1_000, 403, "AuthenticationFailed");
    const report = await doctor(root, {
      SNAPSHOT_URL: server.url,
      SNAPSHOT_CONNECTION_STRING: server.connectionString,
      DATA_DIR: join(base, "rest-data"),
    });
    expect(
      missedFindings(report, [
        [/engine .* does not load on this machine/, /Run npm ci/],
        [/share It cannot be written to: .*access is denied/, /Publishers need/],
        [/generation .*access is denied: the key/, /npm run/],
      ]),
    ).toEqual([]);
    expect(report.text).not.toContain(server.accountKey);
  });
});

describe("a deployed app", () => {
  test("is sent no key that a developer has set for this machine, where a deployment says so", async () => {
    const keys: unknown[] = [];
    const { url } = await serve(({ headers }, response) => {
      keys.push(headers["x-functions-key"] ?? headers.authorization);
      response.writeHead(404).end();
    });
    const own = { Values: { FUNCTION_KEY: functionKey, API_KEYS: "a-key-of-the-developer" } };
    const root = makeRoot({ "local.settings.json": JSON.stringify(own) });
    await doctor(root, { LOCAL_SETTINGS: "off" }, ["--azure", url]);
    expect(new Set(keys)).toEqual(new Set([undefined]));
    await doctor(root, {}, ["--azure", url]);
    expect(keys).toContain(functionKey);
  });

  test("tells what Azure tells nowhere else, in a block to keep", async () => {
    const app = await startApp({ DATA_DIR: share, FUNCTION_KEY: functionKey });
    const report = await doctor(makeRoot(), { FUNCTION_KEY: functionKey }, ["--azure", app.url]);
    expect([report.code, report.text]).toEqual([0, expect.stringContaining("All fine")]);
    expect(report.finding("ok", /question a search was answered/)).toBeDefined();
    expect(report.finding("ok", /answer ".+" in \d.*quoted: no model is set/)).toBeDefined();
    expect(report.finding("warn", /telemetry The app sends none/)).toMatch(
      /APPLICATIONINSIGHTS_CONNECTION_STRING/,
    );
    expect(report.finding("ok", /cold start first answer in \d+ ms/)).toBeDefined();
    const facts = /--- facts, to be kept ---\n([\s\S]*)\n--- end ---/.exec(report.text)?.[1] ?? "";
    const names = facts.split("\n").map((line) => line.split(/ {2,}/)[0]);
    for (const name of ["share mount", "system", "glibc", "node", "memory", "uptime"]) {
      expect(names).toContain(name);
    }
    expect(facts).toContain("first answer, seen from there");

    // without the key, what everybody may see
    const stranger = await doctor(makeRoot(), {}, ["--azure", app.url]);
    expect(stranger.code).toBe(0);
    expect(stranger.finding("warn", /FUNCTION_KEY is not set here/)).toBeDefined();
    expect(stranger.finding("-", /memory only the details/)).toBeDefined();
    expect(
      missedFindings(
        await doctor(makeRoot(), { FUNCTION_KEY: "another-key-than-the-app-has" }, ["--azure", app.url]),
        [[/key The app does not accept FUNCTION_KEY/, /app settings/]],
      ),
    ).toEqual([]);
  });

  test(
    "says what is wrong with one that is degraded, wrongly set, somebody else's, or away",
    async () => {
      const DATA_DIR = join(base, "current-is-damaged");
      cpSync(share, DATA_DIR, { recursive: true });
      writeFileSync(join(DATA_DIR, "CURRENT"), "{}");
      const degraded = await startApp({ DATA_DIR, FUNCTION_KEY: functionKey });
      const refusing = await serve((request, response) => {
        request.resume().on("end", () => response.writeHead(401).end("{}"));
      });
      const unworded = await startApp({
        DATA_DIR: share,
        LLM: "openai",
        OPENAI_BASE_URL: refusing.url,
        OPENAI_MODEL: "m",
        OPENAI_API_KEY: "wrong",
      });
      const unready = await startApp({ DATA_DIR: share, LLM: "chatgpt", FUNCTION_KEY: functionKey });
      const answering = (status: number): Promise<{ url: string }> =>
        serve((_, response) =>
          response.writeHead(status, { location: "https://login.example/" }).end("<html>"),
        );
      const secure = await startAzureFilesServer({ tls: true });
      closers.push(() => void secure.close());
      const ask = (url: string): Promise<Report> =>
        doctor(makeRoot(), { FUNCTION_KEY: functionKey }, ["--azure", url]);
      const planted = [
        [degraded.url, [/status degraded: CURRENT is damaged/, /npm run rollback/]],
        [unworded.url, [/answer ".+" .*quoted, although a model is set up/, /role of its identity/]],
        [unready.url, [/status unready, .*LLM must be one of/, /app settings/]],
        [(await answering(404)).url, [/reachable .*answered 404/, /deploy again/]],
        [(await answering(302)).url, [/reachable .*answered 302/, /Authentication/]],
        [(await answering(503)).url, [/reachable .*answered 503/, /log stream/]],
        [new URL(secure.url).origin, [/certificate of 127\.0\.0\.1:\d+ is not trusted/, /Renew/]],
        [
          `http://127.0.0.1:${await freePort()}`,
          [/127\.0\.0\.1:\d+ refuses connections/, /Is the app started/],
        ],
      ] as const;
      await Promise.all(
        planted.map(async ([url, report]) => expect(missedFindings(await ask(url), [report])).toEqual([])),
      );
      expect((await ask("http://example.com")).text).toMatch(/unencrypted: use https/);
    },
    slowMs,
  );
});

const generationFolder = (data: string): string => {
  const [name = ""] = readdirSync(join(data, "generations"));
  return join(data, "generations", name);
};

const flipByteIn = (data: string, file: string): string => {
  const path = join(generationFolder(data), file);
  const bytes = readFileSync(path);
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  return data;
};

const editManifest = (data: string, edit: (manifest: Manifest) => Manifest): void => {
  const path = join(generationFolder(data), "manifest.json");
  const { sha256: _, ...manifest } = JSON.parse(readFileSync(path, "utf8")) as Manifest & { sha256: string };
  writeFileSync(path, renderManifest(edit(manifest)));
};
