import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { ingest, startApp } from "../support/running-app.ts";
import type { RunningApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startChromium } from "./support/chromium.ts";
import { startHostPage } from "./support/host-page.ts";
import { overflowing } from "./support/page-problems.ts";
import { slowly, startSlowModel } from "./support/slow-model.ts";
import type { SlowModel } from "./support/slow-model.ts";
import { desktop, phone, visit } from "./support/visit.ts";
import type { Visit } from "./support/visit.ts";

const image = "<img src=x onerror=globalThis.ran=1>";
const script = "<script>globalThis.ran = 1</script>";
const reversed = "\u202Egpj.efas";
const word = "endless".repeat(14_300);

/** Documents, and their names, as somebody might slip them in. */
const files = {
  [`personal/${image}.md`]: `# Who are you ${image}?\n\nI am ${image} ${script} [click](javascript:globalThis.ran=1) ![](http://evil.test/a.png).\n`,
  [`personal/${reversed}.md`]: `# What is your hobby ${reversed}?\n\nMy hobby is \u202Egniws\u202C and \u2067\u2067\u2067 sailing. ![boat](http://evil.test/boat.png)\n`,
  [`projects/${"long-".repeat(45)}.md`]: `# What did you build?\n\nI built ${word.slice(0, 1_500)} and a boat.\n`,
  "projects/word.txt": `What is the longest word? It is ${word}`,
  "academic/table.md": `# What did you study ${"x".repeat(300)}?\n\n| a | b |\n|---|---|\n| ${image} | [b](vbscript:ran) |\n`,
};

/** What a model might be led to say. */
const answers: Readonly<Record<string, string>> = {
  "tags that run scripts": `Hello ${image} ${script} <svg onload=globalThis.ran=1><iframe src="javascript:parent.ran=1"></iframe><math><mtext></p><style><img src=x onerror=globalThis.ran=1></style>\n\n<div onclick="globalThis.ran=1" style="position:fixed;inset:0">a</div>\n\n<a href="javascript:globalThis.ran=1">b</a> the end`,
  "links that run scripts":
    "[a](javascript:globalThis.ran=1) [b](JaVaScRiPt:globalThis.ran=1) [c](data:text/html,<script>1</script>) [d](vbscript:x) [e](\u0001javascript:globalThis.ran=1) [f](java\nscript:globalThis.ran=1) [g](//evil.test) [h](&#106;avascript:globalThis.ran=1) <javascript:globalThis.ran=1> [i][j] the end\n\n[j]: javascript:globalThis.ran=1",
  "images that tell on the reader":
    '![a](http://evil.test/a.png) ![b][c] <img src="http://evil.test/d.png"> the end\n\n[c]: http://evil.test/c.png',
  "control characters": `${reversed} \u202Eabc\u202D &#8238;cba&#x202d; def \u2066\u2067\u2068 ghi \u200F\u200E \u0000\u0007 the end`,
  "a word of 100 kB": `${word} the end`,
  "code of 100 kB in a line": `\`\`\`\n${word}\n\`\`\`\n\nthe end`,
  "2,000 lists in each other": `${"- ".repeat(2_000)}a\n\nthe end`,
  "9,000 quotations in each other": `${">".repeat(900)} ${"> ".repeat(4_000)}a\n\nthe end`,
  "a table of 200 columns": `|${"a|".repeat(200)}\n|${"-|".repeat(200)}\n|${"wide cell|".repeat(200)}\n\nthe end`,
  "marks for sources that there are not":
    "[0] [99] [1e3] [-1] [999999999999] [1, 99] [1][2](javascript:globalThis.ran=1) the end",
  "signs that take long to look through": `${"_a_".repeat(7_000)} ${"[".repeat(9_000)} ${"a.".repeat(9_000)}@ the end`,
  "heaps of accents": `Z${"\u0310".repeat(5_000)} the end`,
};

const DATA_DIR = temporaryFolder();
let browser: Browser;
let model: SlowModel;
let worded: RunningApp;
let quoting: RunningApp;
let site: string;

beforeAll(async () => {
  const folder = temporaryFolderOf(files);
  writeFileSync(
    join(folder, "namespaces.json"),
    JSON.stringify({
      subject: `${image}${reversed}`,
      starters: [`${image}?`, "What is your hobby?"],
      // whatever is asked, all of it is found
      namespaces: ["personal", "projects", "academic"].map((name) => ({ name, topK: 10, threshold: 0 })),
    }),
  );
  const { code, out, err } = await ingest(folder, { DATA_DIR });
  expect([code, out, err]).toEqual([
    expect.any(Number),
    expect.stringContaining("is now served"),
    expect.any(String),
  ]);
  model = await startSlowModel();
  site = await startHostPage({ app: () => worded.url });
  worded = await startApp({
    DATA_DIR,
    AzureWebJobsDisableHomepage: "true",
    ALLOWED_ORIGINS: site,
    // the app would end these answers where any model would
    ANSWER_TOKENS: "100000",
    ...model.settings,
  });
  quoting = await startApp({ DATA_DIR, AzureWebJobsDisableHomepage: "true" });
  browser = await startChromium();
});

const root = temporaryFolder();
const temporaryFolderOf = (named: Readonly<Record<string, string>>): string => {
  for (const [name, text] of Object.entries(named)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
};

const ask = async (page: Page, question: string): Promise<void> => {
  await page.getByRole("textbox", { name: "Your question" }).fill(question);
  await page.getByRole("textbox", { name: "Your question" }).press("Enter");
  await page.locator(".turn:last-child .actions").waitFor();
};

/** Nothing ran, nothing was loaded, nothing got in that is more than text, and nothing sticks out. */
const expectHarmless = async (
  { page, complaints, strangers }: Visit,
  own: readonly string[] = [],
): Promise<void> => {
  const got = await page.evaluate(() => {
    const roots = [
      document,
      ...[...document.querySelectorAll("*")].flatMap((element) => element.shadowRoot ?? []),
    ];
    const all = roots.flatMap((tree) => [...tree.querySelectorAll("*")]);
    return {
      ran: "ran" in globalThis,
      reversed: all.some(
        (element) => element.matches(".prose, .note") && /[\u202A-\u202E]/.test(element.textContent),
      ),
      elements: all
        .filter((element) => element.closest(".chat"))
        .map((element) => element.localName)
        .filter((name) =>
          ["img", "script", "iframe", "style", "object", "embed", "math", "link", "base", "form"].includes(
            name,
          ),
        )
        .filter((name, index, names) => name !== "form" || names.indexOf(name) !== index),
      handlers: all.flatMap((element) => element.getAttributeNames()).filter((name) => name.startsWith("on")),
      links: all
        .filter((element) => element.localName === "a")
        .map((element) => (element as HTMLAnchorElement).protocol)
        .filter((protocol) => !["http:", "https:", "mailto:"].includes(protocol)),
    };
  });
  expect(got).toEqual({ ran: false, reversed: false, elements: [], handlers: [], links: [] });
  expect(complaints).toEqual([]);
  expect(strangers.filter((address) => !own.some((start) => address.startsWith(start)))).toEqual([]);
  expect(await overflowing(page)).toEqual([]);
};

const sizes: readonly (readonly [string, BrowserContextOptions])[] = [
  ["desktop", desktop],
  ["phone", phone],
];

describe.each(sizes)("on a %s", (_, options) => {
  test("hostile documents, file names, subject and starters are text", async () => {
    const opened = await visit(browser, quoting.url, options);
    const { page, end } = opened;
    await page.locator(".starters").waitFor();
    expect(await page.locator("h1").textContent()).toContain(image);
    await expectHarmless(opened);
    for (const question of [
      "Who are you?",
      "What is your hobby?",
      "What did you build?",
      "What did you study?",
      "What is the longest word?",
    ]) {
      await ask(page, question);
      for (const note of await page.locator(".turn:last-child .note > button").all()) {
        await note.click();
        await expectHarmless(opened);
      }
    }
    const shown = (await page.locator(".chat").textContent()) ?? "";
    const hostile = [`I am ${image}`, `${image}.md`, "personal/gpj.efas.md", "long-long-", "endlessendless"];
    expect(hostile.filter((text) => !shown.includes(text))).toEqual([]);
    expect(shown).not.toMatch(/[\u202A-\u202E]/);
    await end();
  });

  test.each(Object.entries(answers))("a model that says %s", async (__, answer) => {
    model.says(answer, { chunkSize: 500 });
    const opened = await visit(browser, worded.url, options);
    await ask(opened.page, "Who are you?");
    expect((await opened.page.locator(".prose").textContent())?.includes("the end")).toBe(true);
    await expectHarmless(opened);
    // it still works as usual
    await opened.page.getByRole("button", { name: "New conversation" }).click();
    await opened.page.locator(".starters").waitFor();
    await opened.end();
  });
});

test("half a tag and half a link at every moment of a stream", async () => {
  model.says(`${answers["tags that run scripts"]} ${answers["links that run scripts"]}`, {
    ...slowly,
    latency: 10,
  });
  const opened = await visit(browser, worded.url);
  await ask(opened.page, "Who are you?");
  expect((await opened.page.locator(".prose").textContent())?.includes(image)).toBe(true);
  await expectHarmless(opened);
  await opened.end();
});

test("the widget is as unmoved, on a site that has no policy against it", async () => {
  model.says(Object.values(answers).slice(0, 4).join("\n\n"), { chunkSize: 500 });
  const opened = await visit(browser, site, { ...desktop, bypassCSP: true });
  await opened.page.getByRole("button", { name: "Ask a question" }).click();
  await ask(opened.page, "Who are you?");
  expect((await opened.page.locator(".prose").textContent())?.includes(image)).toBe(true);
  await expectHarmless(opened, [worded.url]);
  await opened.end();
});

test("a visitor's own words are text, too", async () => {
  model.says("Fine.");
  const opened = await visit(browser, worded.url);
  await ask(opened.page, `${image} ${script} ${reversed} ${word.slice(0, 7_000)}`);
  expect(await opened.page.locator(".question").textContent()).toContain(image);
  await expectHarmless(opened);
  await opened.end();
});
