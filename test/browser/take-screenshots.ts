import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { repository } from "../support/repository.ts";
import { ingest, startApp } from "../support/running-app.ts";
import type { RunningApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startChromium } from "./support/chromium.ts";
import { desktop, phone, visit } from "./support/visit.ts";

/*
 * Takes the pictures that README.md and docs/widget.md show, of the demo without a model: `npm run screenshots`.
 */
const DATA_DIR = temporaryFolder();
const folder = join(repository, ".github", "screenshots");
let browser: Browser;
let app: RunningApp;

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  await ingest(join(repository, "knowledge"), { DATA_DIR });
  app = await startApp({ DATA_DIR, AzureWebJobsDisableHomepage: "true" });
  browser = await startChromium();
});

const answered = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "Who was Ada Lovelace?" }).click();
  await page.locator(".actions").waitFor();
  await page.getByRole("button", { name: "Source 1" }).first().click();
  await page.locator(".note.open").waitFor();
};

const pictures: readonly (readonly [string, BrowserContextOptions, (page: Page) => Promise<void>])[] = [
  ["answer", { ...desktop, colorScheme: "light", viewport: { width: 1100, height: 760 } }, answered],
  ["answer-phone-dark", { ...phone, colorScheme: "dark" }, answered],
  ["first-screen-phone", { ...phone, colorScheme: "light" }, (page) => page.locator(".starters").waitFor()],
];

test.each(pictures)("the picture %s is small", async (name, options, reach) => {
  const { page, end } = await visit(browser, app.url, options);
  await page.evaluate(() => document.fonts.ready);
  await reach(page);
  await page.mouse.move(0, 0);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  expect(statSync(path).size).toBeLessThan(200_000);
  await end();
});
