import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import { parseManifest, renderManifest } from "../src/generations/manifest.ts";
import type { Manifest } from "../src/ports/generation.ts";
import { enginesOf, eventually } from "./support/processes.ts";
import { repository } from "./support/repository.ts";
import { ingestHere, openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const seed = join(repository, "test", "fixtures", "seed-knowledge");
const root = temporaryFolder();
const published = join(root, "published");
const question = "give me your facebook id";
const expected = "https://www.facebook.com/samimreza101";
const key = "the-function-key";
let older: string;
let newer: string;
let folders = 0;
let share: string;
let settings: Record<string, string>;

beforeAll(async () => {
  const knowledge = join(root, "knowledge");
  cpSync(seed, knowledge, { recursive: true });
  mkdirSync(published);
  const env = { DATA_DIR: join(root, "publisher"), SNAPSHOT_DIR: published };
  older = await ingestHere(knowledge, env);
  writeFileSync(join(knowledge, "projects", "news.md"), "# News\n\nSomething was added.\n");
  newer = await ingestHere(knowledge, env);
});
beforeEach(() => {
  folders += 1;
  const folder = join(root, String(folders));
  share = join(folder, "share");
  cpSync(published, share, { recursive: true });
  settings = {
    DATA_DIR: join(folder, "data"),
    SNAPSHOT_DIR: share,
    REFRESH_SECONDS: "1",
    FUNCTION_KEY: key,
  };
});

interface Health {
  readonly status: string;
  readonly generation?: string;
  readonly details?: { readonly problem?: string };
}
const healthOf = async (app: InProcessApp): Promise<Health> =>
  (await (await app.fetch("/api/health", { headers: { "x-functions-key": key } })).json()) as Health;
const isSound = async (app: InProcessApp): Promise<boolean> =>
  (await healthOf(app)).status === "ok" && (await app.ask(question)).context?.degraded === undefined;
const change = (generation: string, changed: (manifest: Manifest) => object): void => {
  const file = join(share, "generations", generation, "manifest.json");
  const manifest = parseManifest(generation, readFileSync(file));
  writeFileSync(file, renderManifest(changed(manifest) as Manifest));
};

test("started while its share is away, an app answers from what it served before, and says so", async () => {
  const before = openApp(settings);
  expect((await before.ask(question)).status).toBe(200);
  await before.close();
  renameSync(share, `${share}-away`);

  const app = openApp(settings);
  const { message, context } = await app.ask(question);
  expect([message?.content, context?.degraded]).toEqual([expect.stringContaining(expected), true]);
  expect(await healthOf(app)).toMatchObject({
    status: "degraded",
    generation: newer,
    details: {
      problem: `${share} does not exist: mount the share, or run npm run ingest if nothing was ingested yet.`,
    },
  });
  expect(existsSync(share)).toBe(false);
  renameSync(`${share}-away`, share);
  expect(await eventually(() => isSound(app))).toBe(true);
});

test.each([
  [
    "of a newer format",
    (manifest: Manifest) => ({ ...manifest, format: 3 }),
    () => `Generation ${newer} is of format 3, and this app reads up to 2: deploy a newer one.`,
  ],
  [
    "of an embedder that it has not",
    (manifest: Manifest) => ({ ...manifest, embedder: { name: "text-embedding-3-small", dimensions: 384 } }),
    () =>
      `Generation ${newer} was embedded with text-embedding-3-small, which this app does not have; set it up beside EMBEDDINGS, or run npm run ingest.`,
  ],
])("for a generation %s it takes the one before, and says what is needed", async (_, changed, problem) => {
  change(newer, changed);
  const app = openApp(settings);
  const { message, context } = await app.ask(question);
  expect([message?.content, context?.degraded]).toEqual([expect.stringContaining(expected), true]);
  expect(await healthOf(app)).toMatchObject({
    status: "degraded",
    generation: older,
    details: { problem: problem() },
  });
});

test("an engine archive of another platform is passed over, and the index built from the records", async () => {
  const folder = join(share, "generations", newer);
  const name = readdirSync(folder).find((file) => file.startsWith("engine-")) ?? "";
  const foreign = name.replace(/^engine-\w+-\w+-/, "engine-plan9-mips-");
  renameSync(join(folder, name), join(folder, foreign));
  change(newer, ({ files, ...rest }) => ({
    ...rest,
    files: files.map((file) => (file.name === name ? { ...file, name: foreign } : file)),
  }));
  const app = openApp(settings);
  expect((await app.ask(question)).message?.content).toContain(expected);
  expect(await healthOf(app)).toMatchObject({ status: "ok", generation: newer });
  expect(app.out).toContainEqual(
    expect.stringMatching(/building from the records: engine-plan9-mips-.* is for plan9-mips, this is /),
  );
});

test("an engine that dies again and again is reported in health, and forgotten once it stays up", async () => {
  const app = openApp(settings);
  await app.ask(question);
  const crashed = async (): Promise<boolean> => {
    for (const engine of enginesOf(process.pid)) process.kill(engine, "SIGKILL");
    const { status, details } = await healthOf(app);
    return status !== "ok" && /the engine exited \d times in a row/.test(details?.problem ?? "");
  };
  expect(await eventually(crashed, 30_000)).toBe(true);
  expect(await eventually(() => isSound(app), 30_000)).toBe(true);
  expect((await app.ask(question)).message?.content).toContain(expected);
}, 60_000);
