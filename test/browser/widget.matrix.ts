import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { dist } from "../support/dist.ts";
import { repository } from "../support/repository.ts";
import { ingest, startApp } from "../support/running-app.ts";
import type { RunningApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startChromium } from "./support/chromium.ts";
import { startHostPage } from "./support/host-page.ts";
import { accessibilityProblems, overflowing } from "./support/page-problems.ts";
import { desktop, phone, visit } from "./support/visit.ts";

const DATA_DIR = temporaryFolder();
const pictures = join(dist, "pictures");

let browser: Browser;
let app: RunningApp;
let locked: RunningApp;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  await ingest(join(repository, "knowledge"), { DATA_DIR });
  app = await startApp({ DATA_DIR, ALLOWED_ORIGINS: "*" });
  locked = await startApp({ DATA_DIR, ALLOWED_ORIGINS: "*", API_KEYS: "key-of-ann" });
  browser = await startChromium();
});

/** A site with the widget, opened in a browser. */
const site = async (attributes: string, options: BrowserContextOptions = desktop, of: RunningApp = app) =>
  visit(browser, await startHostPage({ app: () => of.url, attributes }), options);

const launch = (page: Page): Promise<void> => page.locator(".launcher").click();

const looks: readonly (readonly [string, string, BrowserContextOptions])[] = [
  ["desktop light", "", desktop],
  ["desktop dark", 'data-theme="dark"', desktop],
  ["phone light", "", phone],
  ["phone dark", 'data-theme="dark"', phone],
  ["desktop light in yellow", 'data-color="#ffd400"', desktop],
  ["desktop dark in navy", 'data-theme="dark" data-color="navy"', desktop],
  ["desktop light in a new way to write colours", 'data-color="oklch(70% 0.2 30)"', desktop],
];

test.each(looks)("on %s, nothing hinders anybody, nothing sticks out", async (look, attributes, options) => {
  const { page, complaints, end } = await site(attributes, options);
  const check = async (state: string): Promise<void> => {
    await page.screenshot({ path: join(pictures, `widget ${state}, ${look}.png`) });
    // the site's own faults are not the widget's
    const found = (await accessibilityProblems(page)).filter(
      (line) => !/id="own|<h1>A site|<html|<body/.test(line),
    );
    expect([state, ...found]).toEqual([state]);
    expect(await overflowing(page)).toEqual([]);
  };
  await page.locator(".launcher").waitFor();
  await check("closed");
  await launch(page);
  await page.locator(".starters").waitFor();
  await check("open");
  await page.locator(".starters button").first().click();
  await page.locator(".actions").waitFor();
  await page.locator(".note button").first().click();
  await check("answered");
  expect(complaints).toEqual([]);
  await end();
});

describe("what a site says in attributes", () => {
  test("is kept to: starters, subject, side, a text of its own", async () => {
    const { page, end } = await site(
      'data-starters="Where was she born? | What is Note G?|" data-subject="our founder" data-position="left" data-text-open="Talk to us" data-text-ask-about="Everything about"',
    );
    expect(await page.locator(".launcher").textContent()).toBe("Talk to us");
    expect((await page.locator(".launcher").boundingBox())?.x).toBe(20);
    await launch(page);
    await page.getByRole("heading", { name: "Everything about our founder" }).waitFor();
    expect(await page.locator(".starters button").allTextContents()).toEqual([
      "Where was she born?",
      "What is Note G?",
    ]);
    await end();
  });

  test.each([
    ["de", "Frage stellen", "Fragen zu Ada Lovelace"],
    ["es", "Preguntar", "Preguntas sobre Ada Lovelace"],
    ["xx", "Ask a question", "Ask about Ada Lovelace"],
  ])("speaks the language %s", async (language, launcher, title) => {
    const { page, end } = await site(`data-lang="${language}"`);
    await page.getByRole("button", { name: launcher }).click();
    await page.getByRole("heading", { name: title }).waitFor();
    expect(await page.locator(".widget").getAttribute("lang")).toBe(language === "xx" ? "en" : language);
    await end();
  });

  test("speaks the browser's language where the site names none", async () => {
    const { page, end } = await site("", { ...desktop, locale: "de-AT" });
    expect(await page.locator(".launcher").textContent()).toBe("Frage stellen");
    await end();
  });

  test("holds the key of an app that asks for one; without it, visitors read that it does not work", async () => {
    const withKey = await site('data-key="key-of-ann"', desktop, locked);
    await launch(withKey.page);
    await withKey.page.locator(".starters button").first().click();
    await withKey.page.locator(".prose", { hasText: "English mathematician" }).waitFor();
    await withKey.end();
    const without = await site("", desktop, locked);
    await launch(without.page);
    expect(await without.page.locator(".failure").textContent()).toContain("A key is needed");
    expect(await without.page.getByLabel("Key", { exact: true }).count()).toBe(0);
    await without.end();
  });

  test("opens it at once, except where it would cover the site", async () => {
    const large = await site('data-open="true"');
    await large.page.getByRole("heading", { name: "Ask about Ada Lovelace" }).waitFor();
    expect(await large.page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
    await large.end();
    const small = await site('data-open="true"', phone);
    await small.page.locator(".launcher").waitFor();
    expect(await small.page.getByRole("dialog").count()).toBe(0);
    await small.end();
  });

  test("is ignored where it is nonsense", async () => {
    const { page, complaints, end } = await site(
      'data-color="red;} body{display:none" data-font="x}*{display:none" data-theme="pink" data-position="top" data-starters="||"',
    );
    await launch(page);
    await page.getByRole("heading", { name: "Ask about Ada Lovelace" }).waitFor();
    expect(await page.locator("#own").isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await end();
  });
});

test("on a phone it takes the whole screen and keeps the focus; closing gives the site back", async () => {
  const { page, end } = await site("", phone);
  await page.locator(".launcher").tap();
  await page.locator(".starters").waitFor();
  const box = await page.getByRole("dialog").boundingBox();
  expect([box?.x, box?.y, box?.width, box?.height]).toEqual([0, 0, 390, 844]);
  for (let steps = 0; steps < 12; steps += 1) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.id)).not.toBe("own-button");
  }
  await page.getByRole("button", { name: "Close" }).tap();
  await page.locator("#own-button").tap();
  await end();
});

test("what is typed in it is not taken for the site's own keys", async () => {
  const { page, end } = await site("");
  await page.evaluate(() => {
    document.addEventListener("keydown", (event) => document.body.append(`[${event.key}]`));
  });
  await launch(page);
  await page.getByRole("textbox", { name: "Your question" }).pressSequentially("ks?");
  expect(await page.getByRole("textbox", { name: "Your question" }).inputValue()).toBe("ks?");
  expect(await page.evaluate(() => document.body.innerText)).not.toContain("[k]");
  await end();
});

test("a script that is on the site twice makes one widget", async () => {
  const { page, end } = await site(`data-lang="de" defer></script><script src="${app.url}/api/widget.js"`);
  await page.getByRole("button", { name: "Frage stellen" }).waitFor();
  expect(await page.locator(".launcher").count()).toBe(1);
  await end();
});
