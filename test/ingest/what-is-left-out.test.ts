import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { loadCorpus } from "../../src/ingest/load-corpus.ts";
import type { Corpus } from "../../src/ingest/load-corpus.ts";
import { openApp } from "../support/in-process-app.ts";
import { writeKnowledge } from "../support/knowledge-folder.ts";
import { runNode } from "../support/run-node.ts";
import { ingest } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = temporaryFolder();

const newFolder = (files: Parameters<typeof writeKnowledge>[1]): string => {
  const folder = join(mkdtempSync(join(root, "of-")), "knowledge");
  mkdirSync(folder);
  writeKnowledge(folder, files);
  return folder;
};
const load = (files: Parameters<typeof writeKnowledge>[1]): Promise<Corpus> =>
  loadCorpus(newFolder(files), 0);
const pathsOf = ({ files }: Corpus): readonly string[] => files.map(({ path }) => path);
const textOf = ({ files }: Corpus): string =>
  files
    .flatMap(({ sections }) => sections)
    .map(({ heading, blocks }) => [heading, ...blocks.map(({ text }) => text)].join("\n"))
    .join("\n");
const problemsOf = ({ problems }: Corpus): Record<string, string> =>
  Object.fromEntries(problems.map(({ file, reason }) => [file, reason]));

/** Everything that is served, as a visitor could find it. */
const served = async (DATA_DIR: string): Promise<string> => {
  const app = openApp({ DATA_DIR });
  const response = await app.post("/api/search", { question: "What is the secret of the bees?" });
  return response.text();
};

describe("links", () => {
  test("that leave the knowledge folder are refused and named, and nothing behind them is served", async () => {
    const outside = join(root, "outside");
    writeKnowledge(outside, { "secret.txt": "The secret is a password.", "more/deep.md": "A deep secret." });
    const folder = newFolder({
      "personal/bees.md": "Alpha keeps bees.",
      "personal/link.txt": `-> ${join(outside, "secret.txt")}`,
      "personal/relative.md": "-> ../../../outside/more/deep.md",
      "personal/folder": `-> ${outside}`,
      "personal/photo.png": `-> ${join(outside, "secret.txt")}`,
      "personal/gone.txt": "-> nowhere.txt",
      projects: `-> ${join(outside, "more")}`,
    });
    const DATA_DIR = join(folder, "..", "data");
    const { code, err } = await ingest(folder, { DATA_DIR });
    expect(code).toBe(2);
    for (const name of [
      "personal/link.txt",
      "personal/relative.md",
      "personal/folder",
      "projects",
      "personal/photo.png",
    ])
      expect(err).toContain(`  ${name}: is a link that leaves the knowledge folder; put a copy in its place`);
    expect(err).toContain("personal/gone.txt: cannot be read: no such file or directory");
    expect(await served(DATA_DIR)).toMatch(/bees/);
    expect(await served(DATA_DIR)).not.toMatch(/secret\.txt|password|deep secret/i);
  });

  test("that stay inside are followed, once, also where they lead in circles", async () => {
    const corpus = await load({
      "personal/me.md": "Alpha.",
      "personal/again.md": "-> me.md",
      "personal/loop": "-> ..",
      "personal/self": "-> self",
      "personal/work": "-> ../projects",
      "projects/boat.md": "Beta.",
      "projects/deep/loop": "-> ../../projects",
      "hobbies/bees.md": "Gamma.",
      academic: "-> hobbies",
    });
    expect(pathsOf(corpus)).toEqual([
      "personal/again.md",
      "personal/me.md",
      "personal/work/boat.md",
      "academic/bees.md",
      "projects/boat.md",
    ]);
    expect(problemsOf(corpus)).toEqual({
      "personal/self": "cannot be read: too many symbolic links encountered",
    });
  });

  test("may be the knowledge folder itself", async () => {
    const folder = newFolder({ "personal/me.md": "Alpha.", "personal/again.md": "-> me.md" });
    const link = `${folder}-link`;
    symlinkSync(folder, link);
    expect(pathsOf(await loadCorpus(link, 0))).toEqual(["personal/again.md", "personal/me.md"]);
  });

  test.each(["namespaces.json", "canaries.json"])(
    "that leave it stop the ingest in the place of %s",
    async (name) => {
      const outside = join(root, `outside-${name}`);
      writeFileSync(outside, "[]");
      await expect(load({ "personal/me.md": "Alpha.", [name]: `-> ${outside}` })).rejects.toMatchObject({
        code: "ingest_failed",
        message: `${name} is a link that leaves the knowledge folder; put a copy in its place.`,
      });
    },
  );
});

describe("pages that are not published", () => {
  const future = "2999-01-01";
  const past = "2001-01-01";

  test("are not served, and the ingest says which", async () => {
    const folder = newFolder({
      "personal/bees.md": "---\ntitle: Bees\ndraft: false\n---\nAlpha keeps bees.",
      "personal/draft.md": "---\ntitle: A\ndraft: true\n---\nThe first secret.",
      "personal/toml.md": "+++\ndraft = true\n+++\nThe second secret.",
      "personal/json.md": '{\n  "private": "yes"\n}\n\nThe third secret.',
      "projects/_drafts/idea.md": "The fourth secret.",
      "projects/data.yaml": "visibility: private\nidea: The fifth secret.",
    });
    const DATA_DIR = join(folder, "..", "data");
    const { code, out } = await ingest(folder, { DATA_DIR });
    expect(code).toBe(0);
    expect(out).toContain(
      "Unpublished, left out: 5 files: personal/draft.md (draft: true), personal/json.md (private: yes), " +
        "personal/toml.md (draft: true), projects/_drafts/idea.md (in _drafts), projects/data.yaml (visibility: private).",
    );
    expect(await served(DATA_DIR)).not.toContain("secret.");
    // hidden later, it is gone with the next ingest, however much that is of what is served
    writeFileSync(join(folder, "personal", "bees.md"), "---\nprivate: true\n---\nAlpha keeps bees.");
    writeFileSync(join(folder, "personal", "more.md"), "Beta and Gamma keep bees.");
    expect(await ingest(folder, { DATA_DIR })).toMatchObject({ code: 0 });
    expect(await served(DATA_DIR)).toMatch(/keep bees/);
    expect(await served(DATA_DIR)).not.toMatch(/keeps bees/);
  });

  test.each([
    "draft: true",
    "draft: True",
    "Draft: yes",
    'draft: "true"',
    "draft: on",
    "draft: 1",
    "draft: true # not yet",
    "# a comment\ndraft: true",
    '"draft": true',
    "title: a: b\ndraft: true",
    "published: false",
    "published: no",
    "publish: off",
    "publish: 'false'",
    "private: true",
    "private: for the family",
    "unlisted: true",
    "hidden: y",
    "visibility: private",
    "visibility: Hidden",
    "visibility: members",
    "status: draft",
    `expiryDate: ${past}`,
    `expiry_date: ${past} 10:00:00 +0200`,
    `publishDate: ${future}`,
    `publishdate: ${future}T10:00:00Z`,
    `published: ${future}`,
  ])("are known by %j in YAML", async (matter) => {
    const corpus = await load({
      "personal/page.md": `---\ntitle: x\n${matter}\n---\n\nSecret.`,
      "personal/dots.md": `---\n${matter}\n...\nSecret.`,
      "personal/text.txt": `---\n${matter}\n---\nSecret.`,
      "personal/windows.md": `\uFEFF---\r\n${matter.replaceAll("\n", "\r\n")}\r\n---\r\nSecret.`,
      "personal/open.md": `---\n${matter}\n\nSecret.`,
    });
    expect(pathsOf(corpus)).toEqual([]);
    expect(corpus.unpublished).toHaveLength(5);
  });

  test.each([
    "+++\ndraft = true\n+++\nSecret.",
    "+++\n[params]\na = 1\n[more]\n+++\n".replace("[params]", "private = true\n[params]"),
    `+++\nexpiryDate = ${past}\n+++\nSecret.`,
    `+++\npublishDate = ${future}T00:00:00Z\n+++\nSecret.`,
    "+++\ntitle = broken\ndraft = true\n+++\nSecret.",
    "---toml\nhidden = true\n---\nSecret.",
    '{"draft": true}\nSecret.',
    '{\n  "title": "{x",\n  "published": false,\n}\n\nSecret.',
    '---json\n{"unlisted": true}\n---\nSecret.',
  ])("are known in TOML and JSON: %j", async (text) => {
    expect(pathsOf(await load({ "personal/page.md": text }))).toEqual([]);
  });

  test.each(['{"private": true, "a": {"b": "Secret."}}', '[{"draft": true}]'])(
    "are known in data: %s",
    async (text) => {
      const corpus = await load({ "personal/data.json": text, "personal/_DRAFTS/me.json": '{"a":"b"}' });
      // of a list, each object is a fact of its own
      expect(pathsOf(corpus)).toEqual(text.startsWith("[") ? ["personal/data.json"] : []);
      expect(corpus.unpublished.map(({ path }) => path)).toContain("personal/_DRAFTS/me.json");
    },
  );

  test.each([
    "---\ndraft: false\npublished: true\nprivate: no\nhidden: 0\nunlisted:\nvisibility: public\n---\nShown.",
    `---\nexpiryDate: ${future}\npublishDate: ${past}\npublished: 2019-05-01\n---\nShown.`,
    // the day of a course
    `---\ndate: ${future}\n---\nShown.`,
    "---\npublished: Nature Press\n---\nShown.",
    "+++\ndraft = false\ndate = 2024-05-01\n+++\nShown.",
    '{"draft": false}\nShown.',
    "---\n\nA rule, and then text. draft: true\n\n---\n\nShown.",
    "{% include draft.html %}\n\nShown.",
    "Shown.\n\n---\ndraft: true\n---\n",
  ])("are not these: %j", async (text) => {
    const corpus = await load({ "personal/page.md": text });
    expect(pathsOf(corpus)).toEqual(["personal/page.md"]);
    expect(textOf(corpus)).toContain("Shown.");
  });

  test("are no file of data whose dates are facts", async () => {
    const corpus = await load({
      "personal/passport.yaml": `expiryDate: ${past}\n`,
      "personal/a.json": '{"hidden":false}',
    });
    expect(pathsOf(corpus)).toEqual(["personal/a.json", "personal/passport.yaml"]);
  });

  test("front matter of a page that is published is not quoted, whatever its language", async () => {
    const corpus = await load({
      "personal/a.md": '+++\ntitle = "Words"\n+++\n\n# A\n\nAlpha.',
      "personal/b.md": '{\n "title": "Words"\n}\n\nBeta.',
      "personal/c.md": "---\n# Words\n'first key': Words\n...\nGamma.",
    });
    expect(textOf(corpus)).not.toContain("Words");
    const lines = corpus.files.map(({ sections }) => sections[0]?.blocks[0]?.line);
    expect(lines).toEqual([7, 5, 5]);
  });
});

describe("what visitors of a page never see", () => {
  const shown = async (text: string, name = "page.md"): Promise<readonly (readonly [number, string])[]> =>
    (await load({ [`personal/${name}`]: text })).files.flatMap(({ sections }) =>
      sections.flatMap(({ blocks }) => blocks.map(({ line, text: words }) => [line, words] as const)),
    );

  test.each([
    ["a comment of Obsidian", "One %%secret%% two.", [[1, "One two."]]],
    ["one that begins a line", "%% secret %% One.", [[1, "One."]]],
    [
      "a block of them",
      "One.\n\n%%\nsecret\n\n# secret\n%%\n\nTwo.",
      [
        [1, "One."],
        [9, "Two."],
      ],
    ],
    [
      "one over paragraphs",
      "One %%secret\n\nsecret%% two.",
      [
        [1, "One"],
        [3, "two."],
      ],
    ],
    ["code in one", "%%\n```\nsecret\n%%\n\nOne <!-- secret --> two.", [[6, "One two."]]],
    ["an HTML comment", "One <!-- secret --> two.", [[1, "One two."]]],
    [
      "one over paragraphs",
      "One <!-- secret\n\nsecret --> two.",
      [
        [1, "One"],
        [3, "two."],
      ],
    ],
    ["one with a list, a fence and tags", "<!--\n- secret\n```\n<b>secret</b>\n-->\nOne.", [[6, "One."]]],
    ["short ones", "One<!--> two<!---> three.", [[1, "One two three."]]],
    [
      "one in a list and one in a quotation",
      "- One <!-- secret -->\n- two\n\n> Three %%secret%%",
      [
        [1, "- One"],
        [2, "- two"],
        [4, "Three"],
      ],
    ],
    [
      "one below an indented item",
      "- One\n\n    two <!-- secret -->",
      [
        [1, "- One"],
        [3, "  two"],
      ],
    ],
    [
      "a script",
      'One.\n\n<script type="x">\n\nsecret(a > b);\n\n</script>\n\nTwo.',
      [
        [1, "One."],
        [9, "Two."],
      ],
    ],
    ["a script in a line", "One <script>secret()</script> two.", [[1, "One two."]]],
    ["a style", "<STYLE>\n.secret {}\n</STYLE >\nOne.", [[4, "One."]]],
    ["a script as JSX closes it", 'One <script src="secret.js" /> two.', [[1, "One two."]]],
  ])("is removed: %s", async (_, text, expected) => {
    expect(await shown(text)).toEqual(expected);
  });

  test.each([
    ["a fence", "```html\n<!-- a -->\n%% b %%\n<script>c</script>\n```"],
    ["a fence in a list", "- One\n\n  ~~~\n  <!-- a --> %% b %%\n  ~~~"],
    ["indented code", "One.\n\n    <!-- a --> %% b %%"],
    ["inline code", "One `<!-- a -->` and ``%% ` b %%`` and `<script>`."],
    ["inline code over a line", "One `<!--\na -->` two."],
    ["behind a backslash", "One \\<!-- a --> two."],
    ["a percent sign twice", "One 100%% sure."],
  ])("stays in code and where it is text: %s", async (_, text) => {
    const words = (await shown(text)).map(([, block]) => block).join("\n");
    for (const mark of text.match(/<!--|%%|<script>| a | b /g) ?? []) expect(words).toContain(mark);
  });

  test.each([
    [
      "<!-- at the beginning of a line hides the rest of the page",
      "One.\n\n<!-- secret\n\nsecret",
      [[1, "One."]],
      "<!--",
      3,
    ],
    ["%% at the beginning of a line as well", "One.\n\n> %%\n> secret\n\nsecret", [[1, "One."]], "%%", 3],
    ["<script as well", "One.\n<script>\nsecret\n\nsecret", [[1, "One."]], "<script", 2],
    [
      "<!-- in a line hides the rest of the paragraph",
      "One <!-- secret\nsecret\n\nTwo.",
      [
        [1, "One"],
        [4, "Two."],
      ],
      "<!--",
      1,
    ],
    [
      "%% in a line as well",
      "One %% secret\n\nTwo.",
      [
        [1, "One"],
        [3, "Two."],
      ],
      "%%",
      1,
    ],
  ])("unclosed, %s, and it is named", async (_, text, expected, mark, line) => {
    expect(await shown(text)).toEqual(expected);
    const { problems } = await load({ "personal/page.md": text });
    expect(problems).toEqual([
      { file: "personal/page.md", line, reason: `nothing closes ${mark}, which hides what follows` },
    ]);
  });

  test("is removed from plain text where it is whole", async () => {
    expect(
      await shown("One <!-- secret --> two %% three %%.\n\n<script>secret</script>\n<!-- four", "page.txt"),
    ).toEqual([
      [1, "One  two %% three %%."],
      [4, "<!-- four"],
    ]);
  });
});

/** Elsewhere files are closed, and paths limited, in other ways. */
const describeOnUnix = process.platform === "win32" ? describe.skip : describe;

describeOnUnix("what cannot be read", () => {
  /** Root may read everything: there the ingest runs as somebody else. */
  const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
  test("is named, the rest is ingested, and the exit code is 2", async () => {
    const folder = newFolder({
      "personal/bees.md": "Alpha keeps bees.",
      "personal/closed.md": "Closed.",
      "personal/closed/inside.md": "Inside.",
      "academic/a.md": "Beta.",
    });
    for (const path of ["personal/closed.md", "personal/closed", "academic"])
      chmodSync(join(folder, path), 0);
    const data = join(folder, "..", "data");
    mkdirSync(data);
    for (const place of [root, join(folder, ".."), data]) chmodSync(place, 0o777);
    const run = runNode("ingest.cjs", {
      args: [folder],
      env: { DATA_DIR: data, ORT_DISABLE_TELEMETRY: "1" },
      ...(asNobody ? { as: asNobody } : {}),
    });
    const code = await run.exited;
    for (const path of ["personal/closed", "academic"]) chmodSync(join(folder, path), 0o700);
    expect([code, run.err.join("\n")]).toEqual([
      2,
      "\nLeft out:\n  personal/closed/: cannot be read: permission denied\n" +
        "  academic/: cannot be read: permission denied\n  personal/closed.md: cannot be read: permission denied",
    ]);
    expect(run.out.join("\n")).toMatch(/is now served/);
  });

  test("is a folder so deep that its path is too long, too", async () => {
    const folder = newFolder({ "personal/bees.md": "Alpha keeps bees." });
    const name = "d".repeat(250);
    const make = `for i in $(seq 17); do mkdir ${name} && cd ${name}; done; echo Deep > deep.md`;
    execFileSync("bash", ["-c", make], { cwd: join(folder, "personal") });
    const corpus = await loadCorpus(folder, 0).finally(() =>
      // Node removes nothing with such a path
      execFileSync("rm", ["-rf", join(folder, "personal", name)]),
    );
    expect(pathsOf(corpus)).toEqual(["personal/bees.md"]);
    expect(corpus.problems.map(({ reason }) => reason)).toEqual(["cannot be read: name too long"]);
  });

  test("a folder, and what else lies there, is no problem where it is of other kinds", async () => {
    const folder = newFolder({
      "personal/bees.md": "Alpha keeps bees.",
      ...Object.fromEntries(Array.from({ length: 29 }, (_, n) => [`personal/images/${n}.png`, "…"])),
      "images/photo.JPG": "…",
      "fonts/a.woff2": "…",
      ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`projects/page${n}.mdx`, "…"])),
      id_rsa: "…",
      ".env": "…",
      "personal/.obsidian/workspace.json": "{}",
    });
    const { code, out, err } = await ingest(folder, { DATA_DIR: join(folder, "..", "data") });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(
      "\nNot read: 30 pictures (.png, .jpg), 8 .mdx, 1 font (.woff2), 1 without an ending.",
    );
  });
});
