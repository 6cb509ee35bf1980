import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { dist } from "../support/dist.ts";
import { ingestedOnce } from "../support/ingested-once.ts";
import { repository } from "../support/repository.ts";
import { startApp } from "../support/running-app.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { startChromium } from "./support/chromium.ts";
import { startHostPage } from "./support/host-page.ts";
import { phone, visit } from "./support/visit.ts";

const DATA_DIR = temporaryFolder();
const pictures = join(dist, "pictures");
const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const sixQuestions = [
  "Who was Ada Lovelace?",
  "What is Note G?",
  "When was Ada Lovelace born?",
  "Who taught Ada Lovelace mathematics?",
  "What did Charles Babbage build?",
  "How long do I have to boil potatoes?",
];

let browser: Browser;
let page: string;
let site: string;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  await ingestedOnce(join(repository, "knowledge"), { DATA_DIR });
  const app = await startApp({ DATA_DIR, AzureWebJobsDisableHomepage: "true", ALLOWED_ORIGINS: "*" });
  page = app.url;
  site = await startHostPage({ app: () => app.url });
  browser = await startChromium();
});

/** Where the document stands, and the controls around the conversation that are not wholly to be seen. */
const placeOf = (opened: Page): Promise<object> =>
  opened.evaluate(() => {
    const root = document.querySelector("[data-colophon]")?.shadowRoot ?? document;
    const controls = [...root.querySelectorAll(".chat header button, .chat footer :is(textarea, button)")];
    const { scrollHeight, scrollWidth } = document.documentElement;
    return {
      scrolled: [window.scrollX, window.scrollY],
      larger: [scrollWidth > window.innerWidth, scrollHeight > window.innerHeight],
      controls: controls.length >= 4,
      hidden: controls
        .filter((control) => {
          const { top, left, bottom, right } = control.getBoundingClientRect();
          const [x, y] = [(left + right) / 2, (top + bottom) / 2];
          const edges = [
            [x, top + 2],
            [right - 2, y],
            [x, bottom - 2],
            [left + 2, y],
          ] as const;
          // outside of the window there is nothing, and what is cut off or covered is not what is hit there
          return !edges.every(([across, down]) => control.contains(root.elementFromPoint(across, down)));
        })
        .map((control) => control.getAttribute("aria-label")),
    };
  });

const inPlace = { scrolled: [0, 0], larger: [false, false], controls: true, hidden: [] };

describe.each([
  ["the page on a desktop", () => page, desktop],
  ["the page on a phone", () => page, phone],
  ["the widget on a desktop", () => site, desktop],
  ["the widget on a phone", () => site, phone],
] as const)("%s", (name, url, options) => {
  test("keeps its place and every control on the screen through six turns and a turn of the wheel", async () => {
    const { page: opened, end } = await visit(browser, url(), options);
    if (name.includes("widget")) await opened.getByRole("button", { name: "Ask a question" }).click();
    for (const [index, question] of sixQuestions.entries()) {
      const input = opened.getByRole("textbox", { name: "Your question" });
      await input.fill(question);
      await input.press("Enter");
      await opened.locator(`.turn:nth-child(${index + 1}) .actions`).waitFor();
      expect([index, await placeOf(opened)]).toEqual([index, inPlace]);
    }
    for (const place of ["header", ".scroller", "footer"]) {
      const box = await opened.locator(`.chat ${place}`).boundingBox();
      // a phone has no wheel; where it scrolls, a finger scrolls too
      await opened.mouse.move((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2);
      for (const turn of [5_000, -10_000, 5_000]) {
        await wheel(opened, turn);
        expect([place, turn, await placeOf(opened)]).toEqual([place, turn, inPlace]);
      }
    }
    await opened.screenshot({ path: join(pictures, `six turns, ${name}.png`) });
    await end();
  });
});

test("a long site behind the widget stays where it is while the wheel turns over the widget", async () => {
  const { page: opened, end } = await visit(browser, site, desktop);
  await opened.evaluate(() => {
    document.body.style.height = "400vh";
    window.scrollTo(0, 300);
  });
  await opened.getByRole("button", { name: "Ask a question" }).click();
  await opened.locator(".starters").waitFor();
  for (const place of ["header", ".scroller", "footer"]) {
    await opened.locator(`.chat ${place}`).hover({ position: { x: 20, y: 5 } });
    for (const turn of [5_000, -10_000]) {
      await wheel(opened, turn);
      expect([place, turn, await opened.evaluate(() => window.scrollY)]).toEqual([place, turn, 300]);
    }
  }
  await opened.mouse.move(20, 20);
  await wheel(opened, 500);
  expect(await opened.evaluate(() => window.scrollY)).toBe(800);
  await end();
});

/** Turns the wheel, and waits for two frames: that is when something would have moved. */
const wheel = async (opened: Page, turn: number): Promise<void> => {
  await opened.mouse.wheel(0, turn);
  await opened.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
};

test("without JavaScript the page says what it is, where a visitor looks first", async () => {
  const opened = await visit(browser, page, { ...phone, javaScriptEnabled: false });
  await opened.page.screenshot({ path: join(pictures, "without-javascript.png") });
  const words = opened.page.getByRole("heading", { name: "Ask a question" });
  const box = await words.boundingBox();
  expect(box && box.y + box.height).toBeLessThan(200);
  expect(await opened.page.locator("body").innerText()).toMatch(/needs JavaScript/);
  await opened.end();
});
