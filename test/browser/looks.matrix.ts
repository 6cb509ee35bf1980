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
import { startCuttableProxy } from "./support/cuttable-proxy.ts";
import type { CuttableProxy } from "./support/cuttable-proxy.ts";
import { longAnswer } from "./support/long-answer.ts";
import { accessibilityProblems, overflowing } from "./support/page-problems.ts";
import { slowly, startSlowModel } from "./support/slow-model.ts";
import type { SlowModel } from "./support/slow-model.ts";
import { desktop, phone, visit } from "./support/visit.ts";

const DATA_DIR = temporaryFolder();
const settings = { DATA_DIR, AzureWebJobsDisableHomepage: "true" };
/** Every state in every look, to be looked at. */
const pictures = join(dist, "pictures");

let browser: Browser;
let model: SlowModel;
let worded: RunningApp;
let quoting: RunningApp;
let locked: RunningApp;
let network: CuttableProxy;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  await ingest(join(repository, "knowledge"), { DATA_DIR });
  model = await startSlowModel();
  worded = await startApp({ ...settings, ...model.settings });
  quoting = await startApp(settings);
  locked = await startApp({ ...settings, API_KEYS: "key-of-ann" });
  network = await startCuttableProxy(worded.url);
  browser = await startChromium();
});

const ask = async (page: Page, question: string): Promise<void> => {
  await page.getByRole("textbox", { name: "Your question" }).fill(question);
  await page.getByRole("textbox", { name: "Your question" }).press("Enter");
};
const answered = (page: Page): Promise<void> => page.locator(".turn:last-child .actions").waitFor();
const button = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).first().click();

interface State {
  readonly name: string;
  readonly url: () => string;
  /** Brings a fresh page there. */
  readonly reach: (page: Page) => Promise<void>;
}

const states: readonly State[] = [
  {
    name: "first screen",
    url: () => quoting.url,
    reach: (page) => page.locator(".starters").waitFor(),
  },
  {
    name: "waiting",
    url: () => worded.url,
    reach: async (page) => {
      model.says("Soon.", { latency: 3_000 });
      await ask(page, "Who was Ada Lovelace?");
      await page.locator(".searching").waitFor();
    },
  },
  {
    name: "writing",
    url: () => worded.url,
    reach: async (page) => {
      model.says(longAnswer, slowly);
      await ask(page, "Who was Ada Lovelace?");
      await page.locator(".prose strong").waitFor();
    },
  },
  {
    name: "long answer",
    url: () => worded.url,
    reach: async (page) => {
      model.says(longAnswer);
      await ask(page, "Who was Ada Lovelace, and what did she do that people still talk about today?");
      await answered(page);
    },
  },
  {
    name: "end of a long answer",
    url: () => worded.url,
    reach: async (page) => {
      model.says(longAnswer);
      await ask(page, "Who was Ada Lovelace?");
      await answered(page);
      await button(page, "Go to the end");
      await page.locator(".to-end").waitFor({ state: "detached" });
    },
  },
  {
    name: "extractive with a source open",
    url: () => quoting.url,
    reach: async (page) => {
      await ask(page, "Who was Ada Lovelace?");
      await answered(page);
      await button(page, "Source 1");
    },
  },
  {
    name: "feedback and timings",
    url: () => worded.url,
    reach: async (page) => {
      model.says("She was a mathematician [1].");
      await ask(page, "Who was Ada Lovelace?");
      await answered(page);
      await button(page, "Poor answer");
      await button(page, "Timings");
    },
  },
  {
    name: "refused",
    url: () => quoting.url,
    reach: async (page) => {
      await ask(page, "How long do I have to boil potatoes?");
      await answered(page);
    },
  },
  {
    name: "cut by its length",
    url: () => worded.url,
    reach: async (page) => {
      model.says("She was a mathematician and also [1]", {}, "length");
      await ask(page, "Who was Ada Lovelace?");
      await answered(page);
      await page.locator(".notice", { hasText: "greatest length" }).waitFor();
    },
  },
  {
    name: "stopped",
    url: () => worded.url,
    reach: async (page) => {
      model.says(longAnswer, slowly);
      await ask(page, "Who was Ada Lovelace?");
      await page.locator(".prose strong").waitFor();
      await button(page, "Stop");
      await answered(page);
    },
  },
  {
    name: "connection lost",
    url: () => network.url,
    reach: async (page) => {
      model.says(longAnswer, slowly);
      await ask(page, "Who was Ada Lovelace?");
      await page.locator(".prose strong").waitFor();
      network.cut();
      await page.locator(".failure").waitFor();
      network.restore();
    },
  },
  {
    name: "no answer at all",
    url: () => network.url,
    reach: async (page) => {
      await page.locator(".starters").waitFor();
      network.cut();
      await ask(page, "Who was Ada Lovelace?");
      await page.locator(".failure").waitFor();
      network.restore();
    },
  },
  {
    name: "key asked for",
    url: () => locked.url,
    reach: async (page) => {
      await page.getByLabel("Key", { exact: true }).fill("key-of-eve");
      await button(page, "Use this key");
      await page.getByText("This key was not accepted.").waitFor();
    },
  },
  {
    name: "question too long",
    url: () => quoting.url,
    reach: async (page) => {
      await page.locator(".starters").waitFor();
      await page.getByRole("textbox", { name: "Your question" }).fill("Why? ".repeat(1_700));
      await page.getByText("Characters too many: 499").waitFor();
    },
  },
  {
    name: "a conversation",
    url: () => quoting.url,
    reach: async (page) => {
      await ask(page, "Who taught Ada Lovelace mathematics?");
      await answered(page);
      await ask(page, "What is Note G?");
      await answered(page);
    },
  },
];

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ["desktop light", { ...desktop, colorScheme: "light" }],
  ["desktop dark", { ...desktop, colorScheme: "dark" }],
  ["phone light", { ...phone, colorScheme: "light" }],
  ["phone dark", { ...phone, colorScheme: "dark" }],
];

describe.each(looks)("on %s", (look, options) => {
  test.each(states)("$name: nothing hinders anybody, nothing sticks out", async ({ name, url, reach }) => {
    const { page, complaints, strangers, end } = await visit(browser, url(), options);
    await page.evaluate(() => document.fonts.ready);
    await reach(page);
    await page.screenshot({ path: join(pictures, `${name}, ${look}.png`) });
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await overflowing(page)).toEqual([]);
    expect(complaints.filter((line) => !/net::ERR/.test(line))).toEqual([]);
    expect(strangers).toEqual([]);
    await end();
  });
});
