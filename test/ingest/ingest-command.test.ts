import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { dist } from "../support/dist.ts";
import { enginesOf } from "../support/processes.ts";
import { repository } from "../support/repository.ts";
import { runNode } from "../support/run-node.ts";
import { openApp } from "../support/in-process-app.ts";
import { ingest } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = temporaryFolder();
let folders = 0;

/** A knowledge folder of the given files, and a data folder for it. */
const knowledge = (
  files: Readonly<Record<string, string | Uint8Array>>,
): { folder: string; DATA_DIR: string } => {
  folders += 1;
  const folder = join(root, String(folders), "knowledge");
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return { folder, DATA_DIR: join(root, String(folders), "data") };
};
const search = async (DATA_DIR: string, question: string): Promise<SearchBody> => {
  const app = openApp({ DATA_DIR });
  return (await (await app.post("/api/search", { question })).json()) as SearchBody;
};

test("every kind of file is found again, with file, heading or key, and the table counts them", async () => {
  const { folder, DATA_DIR } = knowledge({
    "personal/identity.json": '{"basic_identity":{"facebook":"https://www.facebook.com/grace"}}',
    "personal/pets.yaml": "pets:\n  - name: Tibbles\n    kind: a grey cat\n",
    "academic/thesis.md":
      "# Thesis\n\nIntroduction.\n\n## Supervisor\n\nThe supervisor was [Øystein](https://ore.example).\n",
    "projects/deep/down/boat.txt": "The boat was built of oak in 1931.\n",
    "style/voice.md": "Short sentences.",
  });
  const { code, out } = await ingest(folder, { DATA_DIR });
  expect(code).toBe(0);
  expect(out).toMatch(
    /namespace\s+files\s+passages\n[- ]+\npersonal\s+2\s+\d+\nacademic\s+1\s+2\nprojects\s+1\s+1\nstyle\s+1\s+1\n/,
  );

  const app = openApp({ DATA_DIR });
  const best = async (question: string): Promise<object> => {
    const body = (await (await app.post("/api/search", { question })).json()) as SearchBody;
    return body.namespaces.flatMap(({ hits }) => hits).toSorted((a, b) => b.score - a.score)[0] ?? {};
  };
  expect(await best("what is your facebook address")).toMatchObject({
    source: "personal/identity.json#basic_identity",
    text: "basic_identity.facebook: https://www.facebook.com/grace",
  });
  expect(await best("What is the cat called?")).toMatchObject({
    source: "personal/pets.yaml#pets.Tibbles",
    text: "pets.Tibbles.name: Tibbles\npets.Tibbles.kind: a grey cat",
  });
  expect(await best("Who was the supervisor of the thesis?")).toMatchObject({
    source: "academic/thesis.md#Thesis > Supervisor",
    text: "The supervisor was Øystein (https://ore.example).",
  });
  expect(await best("What was the boat built of?")).toMatchObject({ source: "projects/deep/down/boat.txt" });
});

test("a broken file is named with line and reason, the rest is ingested, and the exit code says so", async () => {
  const { folder, DATA_DIR } = knowledge({
    "personal/good.md": "Grace keeps bees in the garden behind the house.",
    "personal/broken.json": '{\n  "a": 1,\n  "b": \n}',
    "personal/broken.yaml": "a: 1\nb: [1, 2\nc: 3\n",
    "personal/latin1.txt": Uint8Array.from([0x61, 0x0a, 0x62, 0xe9, 0x0a]),
    "personal/photo.jpg": "…",
    "personal/empty.md": "<!-- nothing yet -->",
    "personal/cycle.yaml": "a: &a\n  - *a\n",
    "hobbies/stray.md": "Stray",
    "about.md": "In no namespace",
    "README.md": "About this folder",
  });
  const { code, err, out } = await ingest(folder, { DATA_DIR });
  expect(code).toBe(2);
  expect(out).toMatch(/is now served/);
  expect(err).toContain("Left out:");
  expect(err).toMatch(/personal\/broken\.json:4: /);
  expect(err).toMatch(/personal\/broken\.yaml:\d: /);
  expect(err).toMatch(/personal\/latin1\.txt:2: is not UTF-8 text/);
  expect(out).toContain("Not read: 1 picture (.jpg).");
  expect(err).toMatch(/personal\/empty\.md: holds no text/);
  expect(err).toMatch(
    /hobbies\/: is not one of the namespaces \(personal, academic, projects, style\); add it to namespaces\.json/,
  );
  expect(err).toMatch(/personal\/cycle\.yaml:\d: is nested more than 32 levels deep/);
  expect(err).toMatch(/\n {2}about\.md: is in no namespace; move it to one of personal, academic/);
  expect(err).not.toMatch(/README/);
  expect(await ingest(folder, { DATA_DIR })).toMatchObject({ code: 2, err });
  const found = await search(DATA_DIR, "Who keeps bees?");
  expect(found.namespaces[0]?.hits[0]?.text).toContain("bees");
});

test("what every file repeats is found once, and hides nothing else", async () => {
  const footers = Array.from({ length: 64 }, (_, count) => [
    `personal/page-${count}.md`,
    "# Contact\n\nWrite to us by letter.",
  ]);
  const { folder, DATA_DIR } = knowledge({
    "personal/boat.md": "# Boat\n\nGamma built a boat.",
    ...(Object.fromEntries(footers) as Record<string, string>),
  });
  const { code, out } = await ingest(folder, { DATA_DIR });
  expect(code).toBe(0);
  const { namespaces } = await search(DATA_DIR, "Who built a boat?");
  expect(namespaces[0]?.hits.map(({ text }) => text)).toContain("Gamma built a boat.");
  expect(out).toMatch(/personal\s+65\s+2\n/);
  expect(out).toContain("Left out, because others say the same in the same words: 63.");
});

test("a fact that many passages share hides none of the others, and is found in several of them", async () => {
  const digits = Array.from({ length: 343 }, (_, count) => count.toString(7).padStart(3, "0"));
  const projects = digits.map((digit, count) => [
    `projects/p${count}.json`,
    JSON.stringify({
      project: { license: "MIT", colour: `hue ${digit[0]}`, size: `${digit[1]} m`, age: `${digit[2]} years` },
    }),
  ]);
  const { folder, DATA_DIR } = knowledge({
    "projects/boat.md": "# Boat\n\nGamma built a boat.",
    ...(Object.fromEntries(projects) as Record<string, string>),
  });
  expect(await ingest(folder, { DATA_DIR })).toMatchObject({ code: 0 });
  const app = openApp({ DATA_DIR });
  const found = async (question: string): Promise<readonly string[]> => {
    const { namespaces } = (await (await app.post("/api/search", { question })).json()) as SearchBody;
    return namespaces.flatMap(({ name, hits }) => (name === "projects" ? hits : [])).map(({ text }) => text);
  };
  expect(await found("Who built a boat?")).toContain("Gamma built a boat.");
  for (const age of [0, 3, 6])
    expect(await found(`age: ${age} years`)).toContainEqual(expect.stringContaining(`${age} years`));
  expect((await found("license: MIT")).length).toBeGreaterThan(1);
});

test("namespaces.json decides what is searched, in which order and how", async () => {
  const { folder, DATA_DIR } = knowledge({
    "namespaces.json": JSON.stringify({
      subject: "the museum",
      namespaces: [
        { name: "visits", topK: 1 },
        { name: "history", topK: 3, threshold: 0.99 },
        { name: "tone", topK: 1, threshold: 0.99, role: "style" },
      ],
    }),
    "history/founding.md": "The museum was founded in 1877 by a society of sailors.",
    "visits/hours.md": "Open from nine to five.",
    "tone/voice.md": "Short and dry.",
  });
  expect(await ingest(folder, { DATA_DIR })).toMatchObject({ code: 0 });
  const app = openApp({ DATA_DIR });
  const { namespaces } = (await (
    await app.post("/api/search", { question: "When is the museum open?" })
  ).json()) as SearchBody;
  expect(namespaces.map(({ name, found, hits }) => [name, found, hits.length])).toEqual([
    ["visits", 1, 1],
    ["history", 0, 0],
    ["tone", 1, 0],
  ]);
});

test.each([
  ["no JSON", "{", /namespaces\.json is not JSON/],
  ["a namespace without a name", '{"namespaces":[{"topK":3}]}', /namespaces\.0\.name/],
  [
    "a name that is no folder name",
    '{"namespaces":[{"name":"../up"}]}',
    /namespaces\.0\.name: must be 1 to 40 of a-z/,
  ],
  ["a topK of -1", '{"namespaces":[{"name":"a","topK":-1}]}', /namespaces\.0\.topK/],
  ["a threshold of 2", '{"namespaces":[{"name":"a","threshold":2}]}', /namespaces\.0\.threshold/],
  ["two of one name", '{"namespaces":[{"name":"a"},{"name":"a"}]}', /two namespaces have the same name/],
  ["nothing but style", '{"namespaces":[{"name":"a","role":"style"}]}', /needs the role "facts"/],
  ["a field mistyped", '{"namespaces":[{"name":"a","topk":3}]}', /topk/],
])("namespaces.json with %s is refused in words, and publishes nothing", async (_, content, expected) => {
  const { folder, DATA_DIR } = knowledge({ "namespaces.json": content, "personal/a.md": "Text." });
  const { code, err } = await ingest(folder, { DATA_DIR });
  expect([code, err]).toEqual([1, expect.stringMatching(expected)]);
  expect(existsSync(join(DATA_DIR, "CURRENT"))).toBe(false);
});

test.each([
  ["does not exist", {}, "nowhere", /nowhere does not exist/],
  [
    "holds nothing to read",
    { "personal/photo.jpg": "…" },
    "",
    /nothing to ingest in .*: no text in personal\/.*Not read: 1 picture \(\.jpg\)/,
  ],
])("a folder that %s is reported, with exit code 1", async (_, files, below, expected) => {
  const { folder, DATA_DIR } = knowledge(files);
  const { code, err } = await ingest(join(folder, below), { DATA_DIR });
  expect([code, err]).toEqual([1, expect.stringMatching(expected)]);
});

test("a corpus that is not English is warned of, with the reason; an English one is not", async () => {
  const german = knowledge({
    "personal/a.md":
      "Die Dampfmaschine wurde im Jahre 1712 erfunden und verbreitete sich rasch über ganz Europa.\n\n" +
      "## Kindheit\n\nSie wuchs auf dem Land auf und lernte früh das Rechnen und die Geometrie von ihrer Mutter.",
  });
  const { err } = await ingest(german.folder, german);
  expect(err).toMatch(
    /Warning: about \d+ % of the text is not English \(it looks like German\)\. .*trained on English/,
  );
  const english = await ingest(join(repository, "knowledge"), { DATA_DIR: join(root, "english") });
  expect(english).toMatchObject({ code: 0, err: "" });
});

test("the same text in the same place keeps its id over ingests", async () => {
  const { folder, DATA_DIR } = knowledge({
    "personal/a.md": "# A\n\nAlpha keeps bees.\n\n# B\n\nBeta keeps cats.",
  });
  const ids = async (): Promise<readonly string[]> => {
    const hits = (await search(DATA_DIR, "Who keeps bees and cats?")).namespaces[0]?.hits ?? [];
    return hits.map(({ id, source }) => `${source} ${id}`).sort();
  };
  await ingest(folder, { DATA_DIR });
  const before = await ids();
  expect(before).toHaveLength(2);
  writeFileSync(
    join(folder, "personal", "a.md"),
    "# A\n\nAlpha keeps bees.\n\n# B\n\nBeta keeps dogs and cats.",
  );
  await ingest(folder, { DATA_DIR });
  const after = await ids();
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

test("an unchanged corpus publishes nothing, until it is forced or what is served was damaged", async () => {
  const { folder, DATA_DIR } = knowledge({ "personal/a.md": "Alpha keeps bees." });
  const published = async (...args: readonly string[]): Promise<boolean> => {
    const run = runNode("ingest.cjs", { args: [folder, ...args], env: { DATA_DIR } });
    expect(await run.exited).toBe(0);
    return !/is unchanged since generation/.test(run.out.join("\n"));
  };
  expect(await published()).toBe(true);
  expect(await published()).toBe(false);
  expect(await published("--force")).toBe(true);
  writeFileSync(join(folder, "personal", "a.md"), "Alpha keeps cats.");
  expect(await published()).toBe(true);
  const current = JSON.parse(readFileSync(join(DATA_DIR, "CURRENT"), "utf8")) as { generation: string };
  writeFileSync(join(DATA_DIR, "generations", current.generation, "vectors.f32"), "damaged");
  expect(await published()).toBe(true);
  writeFileSync(join(DATA_DIR, "CURRENT"), "garbage");
  expect(await published()).toBe(true);
  rmSync(join(DATA_DIR, "CURRENT"));
  expect(await published()).toBe(true);
  expect(await published()).toBe(false);
});

test("only what changed is embedded, and what was removed is gone", async () => {
  const file = (name: string): string => `# ${name}\n\n${name} keeps bees.\n\n## More\n\n${name} sings.`;
  const { folder, DATA_DIR } = knowledge({
    "personal/a.md": file("Alpha"),
    "personal/b.md": file("Beta"),
    "personal/c.md": file("Gamma"),
  });
  expect((await ingest(folder, { DATA_DIR })).out).toContain("6 of 6 passages were embedded");
  writeFileSync(join(folder, "personal", "b.md"), file("Delta"));
  rmSync(join(folder, "personal", "c.md"));
  expect((await ingest(folder, { DATA_DIR })).out).toContain("2 of 4 passages were embedded");
  const hits = (await search(DATA_DIR, "Who keeps bees?")).namespaces[0]?.hits.map(({ text }) => text);
  expect(hits).toEqual(expect.arrayContaining(["Alpha keeps bees.", "Delta keeps bees."]));
  expect(hits?.join()).not.toMatch(/Beta|Gamma/);
});

test("a canary that does not sing stops the publication", async () => {
  const { folder, DATA_DIR } = knowledge({
    "personal/a.md": "Alpha keeps bees.",
    "canaries.json": '[{"question":"Who keeps bees?","expect":"Alpha"}]',
  });
  const { generation } = await ingest(folder, { DATA_DIR });
  writeFileSync(join(folder, "personal", "a.md"), "Beta keeps bees.");
  const { code, err } = await ingest(folder, { DATA_DIR });
  expect([code, err]).toEqual([
    1,
    'The canary question "Who keeps bees?" does not find "Alpha"; nothing was published.',
  ]);
  expect(JSON.parse(readFileSync(join(DATA_DIR, "CURRENT"), "utf8"))).toMatchObject({ generation });
  writeFileSync(join(folder, "canaries.json"), "{}");
  expect((await ingest(folder, { DATA_DIR })).err).toMatch(
    /canaries\.json is not valid: it must have the form/,
  );
});

test("the manifest holds a question for every namespace of facts: the owner's, or the words of a passage", async () => {
  const { folder, DATA_DIR } = knowledge({
    "personal/a.md": "# Bees\n\nAlpha keeps bees.",
    "academic/b.json": '{"school":{"subject":"physics","city":"Dhaka"}}',
    "projects/c.md": "Gamma built a boat.",
    "style/voice.md": "Short sentences.",
    "canaries.json":
      '[{"question":"Who built a boat?","expect":"Gamma"},{"question":"Who keeps bees?","expect":"Alpha","namespace":"personal"}]',
  });
  const { generation } = await ingest(folder, { DATA_DIR });
  const manifest = JSON.parse(
    readFileSync(join(DATA_DIR, "generations", generation, "manifest.json"), "utf8"),
  ) as { canaries: readonly object[] };
  expect(manifest.canaries).toEqual([
    { question: "Who built a boat?", expect: "Gamma", namespace: "projects" },
    { question: "Who keeps bees?", expect: "Alpha", namespace: "personal" },
    { question: "subject: physics", expect: "school.subject: physics", namespace: "academic" },
  ]);
  writeFileSync(
    join(folder, "canaries.json"),
    '[{"question":"Who keeps bees?","expect":"Alpha","namespace":"academic"}]',
  );
  expect((await ingest(folder, { DATA_DIR })).err).toBe(
    'The canary question "Who keeps bees?" does not find "Alpha" in academic; nothing was published.',
  );
});

test("generations are listed, and an older one is served again", async () => {
  const { folder, DATA_DIR } = knowledge({ "personal/a.md": "Alpha keeps bees." });
  const made = [(await ingest(folder, { DATA_DIR })).generation];
  writeFileSync(join(folder, "personal", "a.md"), "Beta keeps bees.");
  made.push((await ingest(folder, { DATA_DIR })).generation);
  const command = async (name: string, ...args: readonly string[]) => {
    const run = runNode(`${name}.cjs`, { args, env: { DATA_DIR } });
    return { code: await run.exited, out: run.out.join("\n"), err: run.err.join("\n") };
  };
  expect((await command("generations")).out).toMatch(
    new RegExp(`generation .*\n-.*\n${made[1]}  \\d{4}-.* MB  current\n${made[0]}  .* MB$`),
  );
  expect(await command("rollback")).toMatchObject({
    code: 0,
    out: `Generation ${made[0]} is now served, instead of ${made[1]}.`,
  });
  expect((await search(DATA_DIR, "Who keeps bees?")).namespaces[0]?.hits[0]?.text).toBe("Alpha keeps bees.");
  expect(await command("rollback", made[1] ?? "")).toMatchObject({ code: 0 });
  expect(await command("rollback", "000009-none")).toMatchObject({
    code: 1,
    err: "Generation 000009-none has no manifest.json.",
  });
  expect(await command("rollback", made[1] ?? "")).toMatchObject({
    code: 1,
    err: `${made[1]} is served already.`,
  });
});

test("old generations make room, and an ingest leaves no local copy behind", async () => {
  const { folder, DATA_DIR } = knowledge({ "personal/a.md": "Alpha keeps bees." });
  const made: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    writeFileSync(join(folder, "personal", "a.md"), `Alpha keeps ${round} bees.`);
    made.push((await ingest(folder, { DATA_DIR, KEEP_GENERATIONS: "3" })).generation);
  }
  expect(readdirSync(join(DATA_DIR, "generations")).sort()).toEqual(made.slice(-3));
  expect(readdirSync(join(DATA_DIR, "local"))).toEqual([]);
  expect(JSON.parse(readFileSync(join(DATA_DIR, "CURRENT"), "utf8"))).toMatchObject({
    sequence: 5,
    generation: made[4],
    parent: made[3],
  });
});

test("an ingest that is interrupted publishes nothing and leaves no engine behind", async () => {
  const { folder, DATA_DIR } = knowledge({
    "personal/a.md": Array.from({ length: 3_000 }, (_, count) => `# H\n\nText ${count} about bees.\n\n`).join(
      "",
    ),
  });
  const run = runNode("ingest.cjs", { args: [folder], env: { DATA_DIR } });
  await run.line(/^Embedding/);
  run.child.kill("SIGINT");
  expect(await run.exited).toBe(1);
  expect(run.err.join("\n")).toContain("Stopped; nothing was published.");
  expect(enginesOf(run.child.pid)).toEqual([]);
  expect(() => readFileSync(join(DATA_DIR, "CURRENT"))).toThrow();
});

test("a deployment publishes as it is set to, whatever a developer has set for this machine", async () => {
  const { folder, DATA_DIR } = knowledge({ "personal/a.md": "# Bees\n\nThe bees live in the orchard.\n" });
  const app = join(root, "app");
  const own = join(root, "of-the-developer");
  mkdirSync(join(app, "dist"), { recursive: true });
  for (const name of ["ingest.cjs", "engine-launcher.cjs"])
    copyFileSync(join(dist, name), join(app, "dist", name));
  copyFileSync(join(repository, "package.json"), join(app, "package.json"));
  for (const shared of ["node_modules", join("dist", "all-MiniLM-L6-v2")])
    symlinkSync(join(repository, shared), join(app, shared), "junction");
  writeFileSync(join(app, "local.settings.json"), JSON.stringify({ Values: { SNAPSHOT_DIR: own } }));
  const script = relative(dist, join(app, "dist", "ingest.cjs"));
  const published = async (env: Record<string, string>): Promise<readonly [boolean, boolean]> => {
    expect(await runNode(script, { args: [folder], env: { DATA_DIR, ...env } }).exited).toBe(0);
    return [existsSync(join(own, "CURRENT")), existsSync(join(DATA_DIR, "CURRENT"))];
  };
  // as infra/hooks/after-provision.sh says it
  expect(await published({ LOCAL_SETTINGS: "off" })).toEqual([false, true]);
  expect(await published({})).toEqual([true, true]);
});

test("a word too many is reported with the usage", async () => {
  const run = runNode("ingest.cjs", { args: ["a", "b"], env: { DATA_DIR: root } });
  expect(await run.exited).toBe(1);
  expect(run.err.join("\n")).toMatch(
    /^Only one folder .*"a" and "b"\.\nOptions: --dry-run, --yes, --force\./,
  );
});

interface SearchBody {
  readonly namespaces: readonly {
    readonly name: string;
    readonly found: number;
    readonly hits: readonly {
      readonly id: string;
      readonly text: string;
      readonly source: string;
      readonly score: number;
    }[];
  }[];
}
