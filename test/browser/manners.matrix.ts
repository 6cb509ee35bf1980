import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { Browser, Locator, Page } from "playwright-core";
import { dist } from "../support/dist.ts";
import { dropCollections } from "../support/drop-collections.ts";
import { repository } from "../support/repository.ts";
import { ingest, startApp } from "../support/running-app.ts";
import type { RunningApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startChromium } from "./support/chromium.ts";
import { longAnswer } from "./support/long-answer.ts";
import { accessibilityProblems, overflowing } from "./support/page-problems.ts";
import { slowly, startSlowModel } from "./support/slow-model.ts";
import type { SlowModel } from "./support/slow-model.ts";
import { desktop, phone, visit } from "./support/visit.ts";

const DATA_DIR = temporaryFolder();
const settings = { DATA_DIR, AzureWebJobsDisableHomepage: "true" };
const damaged = temporaryFolder();
const pictures = join(dist, "pictures");

let browser: Browser;
let model: SlowModel;
let worded: RunningApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  await ingest(join(repository, "knowledge"), { DATA_DIR });
  model = await startSlowModel();
  worded = await startApp({ ...settings, ...model.settings });
  browser = await startChromium();
});

const input = (page: Page): Locator => page.locator("textarea");
const ask = async (page: Page, question: string): Promise<void> => {
  await input(page).fill(question);
  await input(page).press("Enter");
};
const answered = (page: Page): Promise<void> => page.locator(".turn:last-child .actions").waitFor();
const focused = (page: Page): Promise<string> =>
  page.evaluate(
    () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
  );

test("everything can be done with the keyboard alone", async () => {
  model.says(longAnswer);
  const { page, end } = await visit(browser, worded.url);
  await page.locator(".starters").waitFor();
  const reach = async (name: string): Promise<void> => {
    for (let steps = 0; steps < 40 && (await focused(page)) !== name; steps += 1)
      await page.keyboard.press("Tab");
    expect(await focused(page)).toBe(name);
  };
  await reach("Who was Ada Lovelace?");
  const outline = await page.locator(":focus").evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline).toBe("solid");
  await page.keyboard.press("Enter");
  await answered(page);
  expect(await focused(page)).toBe("Your question");
  await page.locator(".question").evaluate((element) => (element as HTMLElement).focus());
  await reach("Source 1");
  await page.keyboard.press("Enter");
  // the focus goes to the source, a moment after it has opened
  await page.locator(".note.open > button:focus").waitFor();
  await page.keyboard.press("Space");
  await page.locator(".note.open").waitFor({ state: "detached" });
  await reach("Good answer");
  await page.keyboard.press("Space");
  await page.getByText("Thank you.").waitFor();
  await input(page).focus();
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  expect(await input(page).inputValue()).toBe("one\ntwo");
  await end();
});

test("a screen reader says that the search began, and then the whole answer once", async () => {
  model.says(
    "She was a **mathematician** [1], and wrote the first program for a machine that was never built [2].",
    slowly,
  );
  const { page, end } = await visit(browser, worded.url);
  await page.evaluate(() => {
    const status = document.querySelector("[role=status]") as Element;
    const announced: string[] = [];
    Object.assign(globalThis, { announced });
    new MutationObserver(() => announced.push(...(status.textContent ? [status.textContent] : []))).observe(
      status,
      {
        characterData: true,
        childList: true,
        subtree: true,
      },
    );
  });
  await ask(page, "Who was Ada Lovelace?");
  await answered(page);
  await page.waitForFunction(() => (globalThis as unknown as { announced: string[] }).announced.length > 1);
  expect(await page.evaluate(() => (globalThis as unknown as { announced: string[] }).announced)).toEqual([
    "Looking through the files",
    "She was a mathematician, and wrote the first program for a machine that was never built.",
  ]);
  // a reader of the page comes across it only once
  await page.waitForFunction(() => document.querySelector("[role=status]")?.textContent === "", undefined, {
    timeout: 20_000,
  });
  await end();
});

test("the text that is being read stays where it is while the answer grows", async () => {
  model.says(longAnswer, { chunkSize: 20, latency: 40 });
  const { page, end } = await visit(browser, worded.url);
  await ask(page, "Who was Ada Lovelace?");
  await page.locator(".prose p").first().waitFor();
  const place = (): Promise<readonly (number | undefined)[]> =>
    page.evaluate(() =>
      [".question", ".prose p", ".prose p strong"].map(
        (selector) => document.querySelector(selector)?.getBoundingClientRect().top,
      ),
    );
  await page.locator(".prose strong").waitFor();
  const before = await place();
  await page.locator(".prose table").waitFor();
  expect(await place()).toEqual(before);
  await answered(page);
  expect(await place()).toEqual(before);
  await end();
});

test("right-to-left questions and answers are set from right to left, each block by its own words", async () => {
  model.says(
    "كانت آدا لوفليس عالمة رياضيات [1].\n\n- ولدت في لندن\n- كتبت Note G\n\nThis is English.\n\n| الاسم | السنة |\n|---|---|\n| آدا | 1815 |",
  );
  for (const options of [desktop, phone]) {
    const { page, end } = await visit(browser, worded.url, options);
    await ask(page, "من هي Ada Lovelace?");
    await answered(page);
    const directions = (selector: string): Promise<readonly string[]> =>
      page
        .locator(selector)
        .evaluateAll((elements) => elements.map((element) => getComputedStyle(element).direction));
    expect(await directions(".question")).toEqual(["rtl"]);
    expect(await directions(".prose p")).toEqual(["rtl", "ltr"]);
    expect(await directions(".prose li")).toEqual(["rtl", "rtl"]);
    expect(await directions(".prose td")).toEqual(["rtl", "rtl"]);
    expect(await overflowing(page)).toEqual([]);
    await page.screenshot({
      path: join(pictures, `right to left, ${options === phone ? "phone" : "desktop"}.png`),
    });
    await end();
  }
});

test.each([
  ["de-CH", "Fragen zu Ada Lovelace", "Ihre Frage", "Aus den Quellen zitiert"],
  ["es-MX", "Preguntas sobre Ada Lovelace", "Su pregunta", "Citado de las fuentes"],
  ["fi", "Ask about Ada Lovelace", "Your question", "Quoted from the sources"],
])("a browser that speaks %s", async (locale, title, label, notice) => {
  const quoting = await startApp(settings);
  const { page, complaints, end } = await visit(browser, quoting.url, { ...phone, locale });
  await page.getByRole("heading", { name: title }).waitFor();
  await page.getByRole("textbox", { name: label }).waitFor();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe(
    locale === "fi" ? "en" : locale.slice(0, 2),
  );
  await ask(page, "Who was Ada Lovelace?");
  await page.locator(".notice", { hasText: notice }).waitFor();
  expect([await accessibilityProblems(page), await overflowing(page), complaints]).toEqual([[], [], []]);
  await end();
  await quoting.stop();
});

test("dark and light follow the system until the visitor chooses, and the choice stays", async () => {
  const { page, end } = await visit(browser, worded.url, { ...desktop, colorScheme: "dark" });
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [dark, light] = ["rgb(24, 23, 21)", "rgb(251, 249, 245)"];
  expect(await ground()).toBe(dark);
  await page.getByRole("button", { name: "Light" }).click();
  expect(await ground()).toBe(light);
  await page.reload();
  expect(await ground()).toBe(light);
  await page.getByRole("button", { name: "Dark" }).click();
  expect(await ground()).toBe(dark);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await ground()).toBe(light);
  await end();
});

test("a key that is asked for opens the chat, and is kept for as long as the tab is open", async () => {
  const locked = await startApp({ ...settings, API_KEYS: "key-of-ann" });
  const { page, end } = await visit(browser, locked.url);
  const key = page.getByLabel("Key", { exact: true });
  await key.fill("key-of-eve");
  await key.press("Enter");
  await page.getByText("This key was not accepted.").waitFor();
  await key.fill("key-of-ann");
  await key.press("Enter");
  await page.getByRole("button", { name: "Who was Ada Lovelace?" }).click();
  await answered(page);
  await page.reload();
  await ask(page, "What is Note G?");
  await answered(page);
  expect(await page.locator(".turn").count()).toBe(2);
  const another = await page.context().newPage();
  await another.goto(locked.url);
  await another.getByLabel("Key", { exact: true }).waitFor();
  await end();
});

test("what is missing while a namespace cannot be searched is said, and when none can, asking again helps", async () => {
  await ingest(join(repository, "knowledge"), { DATA_DIR: damaged });
  const app = await startApp({ ...settings, DATA_DIR: damaged, REFRESH_SECONDS: "1" });
  const { page, end } = await visit(browser, app.url);
  await page.locator(".starters").waitFor();
  await dropCollections(app, ["academic"]);
  await ask(page, "Who was Ada Lovelace?");
  await page.locator(".notice", { hasText: "Not everything could be searched" }).waitFor();
  await dropCollections(app, ["personal", "projects", "style"]);
  await ask(page, "When was Ada Lovelace born?");
  await page.locator(".failure", { hasText: "cannot be given at the moment" }).waitFor();
  expect(await accessibilityProblems(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, "degraded and unavailable.png") });
  await end();
});

test("without motion where the visitor wants none", async () => {
  model.says("Soon.", { latency: 2_000 });
  const { page, end } = await visit(browser, worded.url, { ...desktop, reducedMotion: "reduce" });
  await ask(page, "Who was Ada Lovelace?");
  expect(await page.locator(".searching").evaluate((element) => element.getAnimations().length)).toBe(0);
  await end();
});

test("a phone that is held across, and letters twice as large, lose nothing", async () => {
  model.says(longAnswer);
  const across = await visit(browser, worded.url, { ...phone, viewport: { width: 844, height: 390 } });
  await across.page.locator(".starters").waitFor();
  await ask(across.page, "Who was Ada Lovelace?");
  await answered(across.page);
  expect(await overflowing(across.page)).toEqual([]);
  await across.page.screenshot({ path: join(pictures, "phone held across.png") });
  await across.end();
  // 1280 wide at 400 %, as WCAG 1.4.10 asks for
  const large = await visit(browser, worded.url, { ...desktop, viewport: { width: 320, height: 256 } });
  await large.page.locator(".starters").waitFor();
  await ask(large.page, "Who was Ada Lovelace?");
  await answered(large.page);
  expect(await overflowing(large.page)).toEqual([]);
  await large.page.screenshot({ path: join(pictures, "four times as large.png") });
  await large.end();
});
