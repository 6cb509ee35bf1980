import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { dist } from "../support/dist.ts";
import { loadCorpus } from "../../src/ingest/load-corpus.ts";
import type { Change } from "../../src/ingest/compare-served.ts";
import type { IngestJob, Outcome } from "../../src/ingest/ingest-corpus.ts";
import { isDemo } from "../../src/ingest/is-demo.ts";
import { parseManifest, renderManifest } from "../../src/generations/manifest.ts";
import type { Manifest } from "../../src/ports/generation.ts";
import { ingestJob } from "../support/in-process-app.ts";
import { writeKnowledge } from "../support/knowledge-folder.ts";
import { repository } from "../support/repository.ts";
import { runNode } from "../support/run-node.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = temporaryFolder();
const demo = join(repository, "knowledge");

interface Place {
  readonly knowledge: string;
  readonly DATA_DIR: string;
}
const newPlace = (files: Parameters<typeof writeKnowledge>[1]): Place => {
  const folder = mkdtempSync(join(root, "of-"));
  mkdirSync(join(folder, "knowledge"));
  writeKnowledge(join(folder, "knowledge"), files);
  return { knowledge: join(folder, "knowledge"), DATA_DIR: join(folder, "data") };
};
const newFolder = (files: Parameters<typeof writeKnowledge>[1]): string => newPlace(files).knowledge;

interface Said {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}
const run =
  (command: string) =>
  async ({ DATA_DIR }: Pick<Place, "DATA_DIR">, ...args: readonly string[]): Promise<Said> => {
    const { exited, out, err } = runNode(`${command}.cjs`, { args, env: { DATA_DIR } });
    return { code: await exited, out: out.join("\n"), err: err.join("\n") };
  };
const ingest = run("ingest");
const rollback = run("rollback");

/** What `npm start` says until it serves. */
const start = async ({ DATA_DIR }: Place, knowledge: string): Promise<Said> => {
  const started = runNode("start.cjs", { env: { DATA_DIR, KNOWLEDGE_DIR: knowledge, PORT: "0" } });
  await started.line(/^Colophon is listening on/);
  started.child.kill("SIGTERM");
  return { code: await started.exited, out: started.out.join("\n"), err: started.err.join("\n") };
};

interface Ingested extends Partial<Change> {
  readonly outcome: Outcome;
}
/** Ingests in this process, and refuses what would be asked about. */
const ingestAs = async (
  { DATA_DIR }: Pick<Place, "DATA_DIR">,
  folder: string,
  job: Partial<IngestJob> = {},
): Promise<Ingested> => {
  let seen: Change | undefined;
  const { outcome } = await ingestJob({ folder, ...job }, { DATA_DIR }, (change) => {
    seen = change;
    return !change.needsApproval;
  });
  return { outcome, ...seen };
};
const publish = async (place: Place, files: Parameters<typeof writeKnowledge>[1] = {}): Promise<string> => {
  writeKnowledge(place.knowledge, files);
  expect(await ingestAs(place, place.knowledge)).toMatchObject({ outcome: "published" });
  return current(place);
};

const current = ({ DATA_DIR }: Pick<Place, "DATA_DIR">): string =>
  (JSON.parse(readFileSync(join(DATA_DIR, "CURRENT"), "utf8")) as { generation: string }).generation;
const manifestFile = (place: Place, generation: string): string =>
  join(place.DATA_DIR, "generations", generation, "manifest.json");
const manifestOf = (place: Place, generation = current(place)): Manifest =>
  parseManifest(generation, readFileSync(manifestFile(place, generation)));
/** As an app of before wrote it. */
const forgetOrigin = (place: Place, generation = current(place)): void => {
  const { origin: _, ...manifest } = manifestOf(place, generation);
  writeFileSync(manifestFile(place, manifest.id), renderManifest(manifest));
};

/** Six sections about bees, a passage each, and what stands under another heading. */
const bees = (...headings: readonly string[]): Record<string, string> => ({
  "personal/bees.md": [1, 2, 3, 4, 5, 6, ...headings]
    .map((name) => `# Hive ${name}\n\nThe queen of hive ${name} is blue.\n`)
    .join("\n"),
});
const cats = { "personal/cats.md": "# Cats\n\nTibbles is a grey cat.\n" };

describe("an ingest of another folder", () => {
  test("says what would change, and stops before most of what is served is lost", async () => {
    const place = newPlace(bees());
    const generation = await publish(place);
    const other = join(newFolder({}), "it's mine $HOME");
    writeKnowledge(other, cats);
    const compared = `Compared with what is served (generation ${generation}, 6 passages): 1 new, 0 changed, 6 gone.`;
    const stopped = await ingest(place, other);
    expect(stopped).toEqual({
      code: 1,
      out: compared,
      err: expect.stringMatching(
        new RegExp(
          "^\nStopped, nothing was published: 6 of the 6 passages that are served would be lost. " +
            `Generation ${generation} stays served.\nTo replace it: npm run ingest -- .+ --yes$`,
        ),
      ),
    });
    expect(await start(place, other)).toMatchObject({
      out: expect.stringContaining(`\nServing generation ${generation}\n`),
      err: stopped.err,
    });
    expect(await ingestAs(place, other, { dryRun: true })).toMatchObject({ outcome: "refused" });
    expect(current(place)).toBe(generation);
    expect(readdirSync(join(place.DATA_DIR, "generations"))).toEqual([generation]);

    // a shell takes the command as it stands there
    const [, words = ""] = /npm run ingest -- (.+)$/.exec(stopped.err) ?? [];
    const { stdout } = await promisify(execFile)("sh", ["-c", `printf '%s\\0' ${words}`]);
    expect(stdout.split("\0")).toEqual([other, "--yes", ""]);
    const { code, out } = await ingest(place, ...stdout.split("\0").slice(0, -1));
    expect([code, out]).toEqual([0, expect.stringMatching(/is now served/)]);
    expect(out.startsWith(compared)).toBe(true);
  });

  test("is asked about on a terminal", async () => {
    const place = newPlace(bees());
    const generation = await publish(place);
    const other = newFolder(cats);
    for (const [answer, code] of [
      ["n", 1],
      ["", 1],
      ["y", 0],
    ] as const) {
      const said = await onTerminal(place, other, answer);
      expect(said.out).toContain(
        "6 of the 6 passages that are served would be lost. Publish all the same? [y/N]",
      );
      expect([answer, said.code, current(place) === generation]).toEqual([answer, code, code === 1]);
    }
  });

  test("loses also what says other things in files of the same names", async () => {
    const place = newPlace({ "personal/me.md": "# Me\n\nI am Alpha.\n\n# Work\n\nI keep bees.\n" });
    await publish(place);
    const other = newFolder({ "personal/me.md": "# Me\n\nI am Beta.\n\n# Work\n\nI keep cats.\n" });
    expect(await ingestAs(place, other)).toMatchObject({ outcome: "refused", changed: 2, gone: 0, lost: 2 });
    cpSync(other, place.knowledge, { recursive: true });
    expect(await ingestAs(place, place.knowledge)).toMatchObject({
      outcome: "published",
      changed: 2,
      lost: 0,
    });
  });
});

describe("is replaced without a question", () => {
  const nearlyNothing = { "personal/bees.md": "# Hive 1\n\nEmpty.\n" };

  test.each([
    [
      "a copy, with a little changed",
      (from: string, to: string) => cpSync(from, to, { recursive: true }),
      bees("7"),
    ],
    ["the same folder, renamed", renameSync, nearlyNothing],
    ["a link to the same folder", symlinkSync, nearlyNothing],
  ])("what is in %s", async (_, make, files) => {
    const place = newPlace(bees());
    await publish(place);
    const other = `${place.knowledge}-other`;
    make(place.knowledge, other);
    writeKnowledge(other, files);
    expect(await ingestAs(place, other)).toMatchObject({ outcome: "published" });
  });

  test("what lies in other files, folders and under other headings now", async () => {
    const place = newPlace(bees());
    await publish(place);
    rmSync(join(place.knowledge, "personal"), { recursive: true });
    const text = bees()["personal/bees.md"]?.replaceAll("# Hive", "# About hive") ?? "";
    writeKnowledge(place.knowledge, { "projects/hives/all.md": text });
    const nothing = { outcome: "published", added: 0, changed: 0, gone: 0 };
    expect(await ingestAs(place, place.knowledge)).toMatchObject(nothing);
  });

  test("the demo", async () => {
    const place = newPlace(cats);
    await ingestAs(place, demo);
    expect(manifestOf(place).subject).toBe("Ada Lovelace");
    expect(await ingestAs(place, place.knowledge)).toMatchObject({ outcome: "published", lost: 102 });
    const { filesDigest } = await loadCorpus(demo, 0);
    // after a change of the demo: add its digest in src/ingest/is-demo.ts, so that it is known once it is served
    expect(isDemo({ ...manifestOf(place), origin: { name: "", folder: "", files: filesDigest } })).toBe(true);
  });

  test("what an app of before has published, as long as most of it stays", async () => {
    const place = newPlace(bees());
    await publish(place);
    forgetOrigin(place);
    await publish(place, bees("7"));
    expect(manifestOf(place).origin).toMatchObject({ files: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(readFileSync(manifestFile(place, current(place)), "utf8")).not.toContain(root);
    forgetOrigin(place);
    expect(await ingestAs(place, newFolder(cats))).toMatchObject({ outcome: "refused" });
  });
});

test("most of a folder that is gone from it stays served until the owner says so", async () => {
  const place = newPlace({ ...bees(), ...cats });
  await publish(place);
  rmSync(join(place.knowledge, "personal", "bees.md"));
  expect(await ingestAs(place, place.knowledge)).toMatchObject({ outcome: "refused", gone: 6, lost: 6 });
});

test("a dry run does everything but publish, and says what it would do", async () => {
  const place = newPlace(bees());
  const first = await ingest(place, place.knowledge, "--dry-run");
  expect([first.code, first.out]).toEqual([
    0,
    expect.stringMatching(
      /personal +1 +6\n[^]*Dry run: this would be published\..* nothing is served yet\.$/,
    ),
  ]);
  expect(readdirSync(place.DATA_DIR)).not.toContain("CURRENT");
  const generation = await publish(place);
  writeKnowledge(place.knowledge, bees("7"));
  expect((await ingest(place, place.knowledge, "--dry-run")).out).toMatch(
    new RegExp(
      `1 new, 0 changed, 0 gone[^]*1 of 7 passages were embedded[^]*generation ${generation} stays served`,
    ),
  );
  writeKnowledge(place.knowledge, { "canaries.json": '[{"question":"Who?","expect":"Nobody"}]' });
  await expect(ingestAs(place, place.knowledge, { dryRun: true })).rejects.toThrow(/does not find "Nobody"/);
  expect(current(place)).toBe(generation);
  expect(readdirSync(join(place.DATA_DIR, "generations"))).toEqual([generation]);
  expect(readdirSync(join(place.DATA_DIR, "local"))).toEqual([]);
});

describe("after a rollback", () => {
  /** The first was rolled back to, from the second; the files are those of the second. */
  const rolledBack = async (): Promise<Place & { readonly first: string; readonly second: string }> => {
    const place = newPlace(bees());
    const first = await publish(place);
    const second = await publish(place, bees("seven"));
    expect(await rollback(place)).toEqual({
      code: 0,
      out: `Generation ${first} is now served, instead of ${second}.`,
      err: "It stays served until the knowledge files change; npm run ingest -- --force ends that sooner.",
    });
    return { ...place, first, second };
  };

  test("what was rolled back to stays served, until the files change", async () => {
    const place = await rolledBack();
    const { first, second, knowledge } = place;
    const kept = {
      code: 0,
      err: "",
      out:
        `Generation ${first} stays served, nothing was published: it was rolled back to, and ` +
        `${knowledge} is unchanged since generation ${second}, which was rolled back from.\n` +
        `To serve what the folder holds: npm run ingest -- ${knowledge} --force`,
    };
    expect(await ingest(place, knowledge)).toEqual(kept);
    const { out } = await start(place, knowledge);
    expect(out.startsWith(`${kept.out}\n`)).toBe(true);
    expect(out).toContain(`\nServing generation ${first}\n`);
    writeKnowledge(knowledge, bees("eight"));
    expect((await ingest(place, knowledge)).out).toContain(
      `This ends the rollback from generation ${second}: the files have changed since then.`,
    );
    expect([first, second]).not.toContain(current(place));
    expect(await ingestAs(place, knowledge)).toMatchObject({ outcome: "unchanged" });
  });

  test("the owner ends it with --force, or by rolling forward", async () => {
    const place = await rolledBack();
    const { second, knowledge } = place;
    expect((await ingest(place, knowledge, "--force")).out).toContain(
      `This ends the rollback from generation ${second}: --force was given.`,
    );
    expect(await rollback(place, second)).toMatchObject({ code: 0 });
    expect(await rollback(place, current(place))).toMatchObject({ code: 1 });
    expect(await ingestAs(place, knowledge)).toMatchObject({ outcome: "unchanged" });
  });

  test("it lasts where CURRENT is damaged, on another machine, and where no origin was written", async () => {
    const place = await rolledBack();
    const { first, second } = place;
    writeFileSync(join(place.DATA_DIR, "CURRENT"), "garbage");
    expect(await ingestAs(place, place.knowledge)).toMatchObject({ outcome: "kept" });
    expect(current(place)).toBe(first);
    const checkout = `${place.knowledge}-checkout`;
    cpSync(place.knowledge, checkout, { recursive: true });
    expect(await ingestAs(place, checkout)).toMatchObject({ outcome: "kept" });
    forgetOrigin(place, second);
    expect(await ingestAs(place, checkout)).toMatchObject({ outcome: "published" });
  });

  test("an ingest that died before it could publish is no rollback", async () => {
    const place = newPlace(bees());
    const first = await publish(place);
    const second = await publish(place, bees("seven"));
    // as if it had been ended just before its record
    rmSync(join(place.DATA_DIR, "publications", "2"), { recursive: true });
    cpSync(join(place.DATA_DIR, "publications", "1", "record.json"), join(place.DATA_DIR, "CURRENT"));
    expect(current(place)).toBe(first);
    expect([first, second]).not.toContain(await publish(place));
  });

  test("what was rolled back to and is damaged is not replaced by what was rolled back from", async () => {
    const place = await rolledBack();
    const { first, second } = place;
    writeFileSync(join(place.DATA_DIR, "generations", first, "vectors.f32"), "damaged");
    await expect(ingestAs(place, place.knowledge)).rejects.toThrow(
      new RegExp(`${first} is served since a rollback from ${second}, and it is damaged`),
    );
    expect(current(place)).toBe(first);
  });
});

/** Runs the ingest on a terminal of its own, and types an answer. */
const onTerminal = async ({ DATA_DIR }: Place, folder: string, answer: string): Promise<Said> => {
  const words = [process.execPath, join(dist, "ingest.cjs"), folder].map((word) => `'${word}'`);
  const script = execFile("script", ["-qec", words.join(" "), "/dev/null"], {
    env: { ...process.env, DATA_DIR },
  });
  let out = "";
  script.stdout?.on("data", (text: string) => {
    if (!out.includes("[y/N]") && (out + text).includes("[y/N]")) script.stdin?.write(`${answer}\n`);
    out += text;
  });
  const code = await new Promise<number>(
    (resolve) => void script.once("close", (ended) => resolve(ended ?? -1)),
  );
  return { code, out, err: "" };
};
