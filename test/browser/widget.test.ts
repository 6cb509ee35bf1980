import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { repository } from "../support/repository.ts";
import { ingestedOnce } from "../support/ingested-once.ts";
import { startApp } from "../support/running-app.ts";
import type { RunningApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startChromium } from "./support/chromium.ts";
import { startHostPage } from "./support/host-page.ts";
import { visit } from "./support/visit.ts";
import type { Visit } from "./support/visit.ts";

const DATA_DIR = temporaryFolder();
let browser: Browser;
let app: RunningApp;
let site: string;
let stranger: string;
let bare: string;
let visitor: Visit | undefined;

beforeAll(async () => {
  await ingestedOnce(join(repository, "knowledge"), { DATA_DIR });
  const address = (): string => app.url;
  site = await startHostPage({ app: address });
  stranger = await startHostPage({ app: address });
  bare = await startHostPage({ app: address, hasWidget: false });
  app = await startApp({ DATA_DIR, ALLOWED_ORIGINS: site });
  browser = await startChromium();
});
afterEach(async () => {
  await visitor?.end();
  visitor = undefined;
});

const open = async (url: string): Promise<Page> => {
  visitor = await visit(browser, url);
  await visitor.page.getByRole("button", { name: "Ask a question" }).click();
  return visitor.page;
};

test("on a site that is allowed, under a strict policy, the widget answers with sources", async () => {
  const page = await open(site);
  await page.getByRole("heading", { name: "Ask about Ada Lovelace" }).waitFor();
  const input = page.getByRole("textbox", { name: "Your question" });
  await page.locator("textarea:focus").waitFor();
  await input.fill("Who was Ada Lovelace?");
  await input.press("Enter");
  await page.locator(".prose", { hasText: "English mathematician" }).waitFor();
  await page.getByRole("button", { name: "Source 1" }).first().click();
  await page.locator(".note.open .passage").waitFor();
  expect(visitor?.complaints).toEqual([]);
});

test("what was said goes along to the next page of the site; Escape closes, and gives the focus back", async () => {
  const page = await open(site);
  await page.getByRole("button", { name: "What is Note G?" }).click();
  await page.locator(".actions").waitFor();
  await page.goto(`${site}/other`);
  await page.getByRole("heading", { name: "You asked: What is Note G?" }).waitFor();
  await page.getByRole("textbox", { name: "Your question" }).press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  const focused = page.locator(".launcher:focus");
  await focused.waitFor();
  expect(await focused.count()).toBe(1);
});

test("on a site that is not allowed, it says so, and asking gets nothing", async () => {
  const page = await open(stranger);
  await page.locator(".failure", { hasText: "This website is not allowed to ask here." }).waitFor();
  await page.getByRole("textbox", { name: "Your question" }).fill("Who was Ada Lovelace?");
  await page.getByRole("textbox", { name: "Your question" }).press("Enter");
  await page.locator(".turn .failure", { hasText: "This website is not allowed to ask here." }).waitFor();
  expect(await page.locator(".prose").textContent()).toBe("");
});

test("it asks the app for nothing before it is opened", async () => {
  visitor = await visit(browser, site);
  await visitor.page.getByRole("button", { name: "Ask a question" }).waitFor();
  expect(visitor.strangers).toEqual([`${app.url}/api/widget.js`]);
});

test("it leaves nothing behind on the site's window, and no style goes in or out", async () => {
  const namesOn = async (page: Page): Promise<readonly string[]> =>
    page.evaluate(() => Object.getOwnPropertyNames(window).sort());
  const lookOf = (page: Page): Promise<unknown> =>
    page.evaluate(() =>
      ["#own", "#own-button", "h1", "body"].map((selector) => {
        const style = getComputedStyle(document.querySelector(selector) as Element);
        return Object.fromEntries([...style].map((name) => [name, style.getPropertyValue(name)]));
      }),
    );
  const plain = await visit(browser, bare);
  const [names, look] = [await namesOn(plain.page), await lookOf(plain.page)];
  await plain.end();

  const page = await open(site);
  await page.getByRole("button", { name: "Who was Ada Lovelace?" }).click();
  await page.locator(".actions").waitFor();
  expect(await namesOn(page)).toEqual(names);
  expect(await lookOf(page)).toEqual(look);
  expect(
    await page.locator(".question").evaluate((element) => {
      const { color, fontSize, letterSpacing, textTransform, backgroundColor, boxSizing } =
        getComputedStyle(element);
      return { color, fontSize, letterSpacing, textTransform, backgroundColor, boxSizing };
    }),
  ).toEqual({
    color: "rgb(38, 34, 29)",
    fontSize: "18px",
    letterSpacing: expect.stringMatching(/^(?:normal|-0\.\d+px)$/),
    textTransform: "none",
    backgroundColor: "rgba(0, 0, 0, 0)",
    boxSizing: "border-box",
  });
});
