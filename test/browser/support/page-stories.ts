import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { repository } from "../../support/repository.ts";
import { ingestedOnce } from "../../support/ingested-once.ts";
import { startApp } from "../../support/running-app.ts";
import type { RunningApp } from "../../support/running-app.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { startChromium } from "./chromium.ts";
import { startCuttableProxy } from "./cuttable-proxy.ts";
import type { CuttableProxy } from "./cuttable-proxy.ts";
import { slowly, startSlowModel } from "./slow-model.ts";
import type { SlowModel } from "./slow-model.ts";
import { visit } from "./visit.ts";
import type { Visit } from "./visit.ts";

/** What a visitor does with the page, in a browser of this size and these colours. */
export const tellPageStories = (options: BrowserContextOptions): void => {
  const DATA_DIR = temporaryFolder();
  let browser: Browser;
  let model: SlowModel;
  let network: CuttableProxy;
  /** Keeps no visitor's words. */
  let discreet: RunningApp;
  let visitor: Visit;
  let page: Page;

  beforeAll(async () => {
    await ingestedOnce(join(repository, "knowledge"), { DATA_DIR });
    model = await startSlowModel();
    const settings = { DATA_DIR, AzureWebJobsDisableHomepage: "true", ...model.settings };
    const app = await startApp({ ...settings, LOG_CONTENT: "true" });
    discreet = await startApp(settings);
    network = await startCuttableProxy(app.url);
    browser = await startChromium();
  });
  beforeEach(async () => {
    network.restore();
    visitor = await visit(browser, network.url, options);
    ({ page } = visitor);
  });
  afterEach(async () => {
    expect(visitor.complaints.filter((line) => !/net::ERR/.test(line))).toEqual([]);
    expect(visitor.strangers).toEqual([]);
    await visitor.end();
  });

  const button = (name: string | RegExp): Locator => page.getByRole("button", { name, exact: true });
  const input = (): Locator => page.getByRole("textbox", { name: "Your question" });
  const answer = (): Locator => page.locator(".turn:last-child .prose");
  const failure = (hasText: string): Locator => page.locator(".failure", { hasText });
  /** What goes on is where the cursor is; where a touch would open a keyboard, it is at the question. */
  const expectFocus = async (turn = ".turn:last-child"): Promise<void> => {
    const selector = options.hasTouch ? `${turn} .question` : "textarea";
    await page.waitForFunction((place) => document.activeElement?.matches(place) === true, selector);
  };
  const ask = async (question: string): Promise<void> => {
    await input().fill(question);
    await input().press("Enter");
  };

  test("the first screen says whom one can ask about; a starter is asked with one click", async () => {
    model.says("She was a mathematician [1].");
    await page.getByRole("heading", { level: 1, name: "Ask about Ada Lovelace" }).waitFor();
    expect(await page.title()).toBe("Ask about Ada Lovelace");
    await button("Who was Ada Lovelace?").click();
    await page.getByRole("heading", { level: 2, name: "You asked: Who was Ada Lovelace?" }).waitFor();
    await answer().getByText("She was a mathematician").waitFor();
  });

  test("text comes as it is written, as Markdown, and a mark opens its source with namespace, score and passage", async () => {
    model.says(
      "She was a **mathematician** [1].\n\n- She wrote *Note G* [2]\n- She lived in London\n",
      slowly,
    );
    await ask("Who was Ada Lovelace?");
    await answer().getByText("She was a").waitFor();
    expect(await answer().textContent()).not.toContain("London");
    await button("Stop").waitFor();
    await answer().getByText("London").waitFor();
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await button("Copy").click();
    await button("Copied").waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(
      /^She was a \*\*mathematician\*\* \[1\]\./,
    );
    expect(await answer().locator("strong").textContent()).toBe("mathematician");
    expect(await answer().locator("li").count()).toBe(2);

    await button("Source 1").click();
    const note = page.locator(".note.open");
    expect(await note.locator(".namespace").textContent()).toBe("personal");
    expect(await note.locator(".passage").textContent()).toContain("Ada Lovelace");
    expect(await note.locator(".where").textContent()).toMatch(/^personal\/.+similarity 0\.\d\d$/);
    await note.locator("button:focus").waitFor();
  });

  test("a follow-up question is asked with one click, and is no part of the text before it", async () => {
    model.says(
      "She was a mathematician [1].\n\n<<Who taught Ada Lovelace mathematics?>>\n<<When was Ada Lovelace born?>>",
    );
    await ask("Who was Ada Lovelace?");
    const followUp = button("Who taught Ada Lovelace mathematics?");
    await followUp.waitFor();
    expect(await answer().textContent()).toBe("She was a mathematician1.");
    model.says("Her tutor was Augustus De Morgan [1].");
    await followUp.click();
    await page
      .getByRole("heading", { level: 2, name: "You asked: Who taught Ada Lovelace mathematics?" })
      .waitFor();
    await answer().getByText("Augustus De Morgan").waitFor();
    expect(await page.locator(".turn").count()).toBe(2);
    await expectFocus();
  });

  test("a conversation is sent along, survives a reload, and is gone when a new one begins", async () => {
    model.says("Her tutor was Augustus De Morgan [1].");
    await ask("Who taught her mathematics?");
    await button("Copy").waitFor();
    // it is also asked to put the question into words that stand for themselves, and says the same
    model.says("Where did Augustus De Morgan, the tutor of Ada Lovelace, teach mathematics? In London [1].");
    await ask("Where did he teach mathematics?");
    await answer().getByText("In London").waitFor();
    await page.locator(".turn:last-child .actions").waitFor();
    expect(model.heard().at(-1)?.slice(-3)).toEqual([
      { role: "user", content: "Who taught her mathematics?" },
      { role: "assistant", content: "Her tutor was Augustus De Morgan [1]." },
      { role: "user", content: expect.stringContaining("Where did he teach mathematics?") },
    ]);
    await page.reload();
    expect(await page.locator(".turn").count()).toBe(2);
    await button("New conversation").click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (!options.hasTouch) await page.waitForFunction(() => document.activeElement?.localName === "textarea");
    await page.reload();
    expect(await page.locator(".turn").count()).toBe(0);
  });

  test("an answer can be stopped, keeps what it had, and can be asked for again", async () => {
    model.says(
      "This answer is long, very long, and no visitor will ever want to read the end of it [1].",
      slowly,
    );
    await ask("Who was Ada Lovelace?");
    await answer().getByText("This answer is").waitFor();
    await button("Stop").click();
    await page.locator(".notice", { hasText: "You stopped this answer." }).waitFor();
    const kept = await answer().textContent();
    expect(kept).not.toContain("the end of it");
    await expectFocus();

    model.says("Now it is short [1].");
    await button("Ask again").click();
    await answer().getByText("Now it is short").waitFor();
    expect(await answer().textContent()).not.toContain("This answer");
    expect(await page.locator(".turn").count()).toBe(1);
  });

  test("asking an earlier question again stops the answer that is being written, and locks nothing", async () => {
    model.says("She was a mathematician [1].");
    await ask("Who was Ada Lovelace?");
    await page.locator(".turn:last-child .actions").waitFor();
    // it is also asked to put the question into words that stand for themselves, and says the same
    model.says(
      "Who taught Ada Lovelace mathematics, and what was it that Augustus De Morgan taught her? [1]",
      slowly,
    );
    await ask("Who taught Ada Lovelace mathematics?");
    await answer().getByText("Who taught Ada").waitFor();
    model.says("And once more: where was Ada Lovelace born? [1].");
    const first = page.locator(".turn").first();
    await first.getByRole("button", { name: "Ask again" }).click();
    await expectFocus(".turn:first-child");
    await first.getByText("And once more").waitFor();
    await page.locator(".turn:last-child .notice", { hasText: "You stopped this answer." }).waitFor();
    await first.locator(".actions").waitFor();
    expect(await button("Stop").count()).toBe(0);
    await ask("Where was Ada Lovelace born?");
    await answer().getByText("And once more").waitFor();
    expect(await page.locator(".turn").count()).toBe(3);
  });

  test("an answer that a content filter stopped is not said to have found nothing", async () => {
    const context = { mode: "refused", data_points: { text: [] }, citations: [], thoughts: [] };
    const lines = [
      { delta: { role: "assistant" }, context },
      { delta: { content: "A content filter stopped this question." } },
      { delta: {}, context: { mode: "refused", finish_reason: "content_filter", followup_questions: [] } },
    ];
    await page.route("**/api/chat/stream", (route) =>
      route.fulfill({
        headers: { "content-type": "application/jsonl" },
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      }),
    );
    await ask("Who was Ada Lovelace?");
    await page.locator(".notice", { hasText: "A content filter ended this answer." }).waitFor();
    expect(await page.locator(".notice").count()).toBe(1);
  });

  test("a network that is cut in mid-answer leaves the text there and a way on", async () => {
    model.says("This answer will be cut off somewhere in the middle, long before its end [1].", slowly);
    await ask("Who was Ada Lovelace?");
    await answer().getByText("This answer will").waitFor();
    network.cut();
    await failure("The connection broke off before the answer was complete.").waitFor();
    expect(await answer().textContent()).toContain("This answer will");

    await button("Ask again").first().click();
    await failure("The server cannot be reached. Are you online?").waitFor();
    network.restore();
    model.says("Here it is at last [1].");
    await button("Ask again").first().click();
    await answer().getByText("Here it is at last").waitFor();
    expect(await page.locator(".failure").count()).toBe(0);
  });

  test("a thumb is thanked for, and its words go to the app with the answer's id", async () => {
    model.says("She was a mathematician [1].");
    await ask("Who was Ada Lovelace?");
    const sent = page.waitForResponse((response) => response.url().endsWith("/api/feedback"));
    await button("Poor answer").click();
    expect((await sent).status()).toBe(204);
    expect((await sent).request().postDataJSON()).toEqual({
      answerId: expect.stringMatching(/^[\w-]{30,}$/),
      rating: "down",
    });
    await page.getByText("Thank you.").waitFor();
    const words = page.waitForResponse((response) => response.url().endsWith("/api/feedback"));
    await page.getByLabel("Would you like to say why?").fill("Too short");
    await page.getByLabel("Would you like to say why?").press("Enter");
    expect((await words).status()).toBe(204);
    expect((await words).request().postDataJSON()).toMatchObject({ rating: "down", comment: "Too short" });
    await page.getByText("Thank you.").waitFor();
    expect(await page.getByLabel("Would you like to say why?").count()).toBe(0);
  });

  test("a rating that got lost is not thanked for, and can be given again", async () => {
    model.says("She was a mathematician [1].");
    await ask("Who was Ada Lovelace?");
    await page.locator(".turn:last-child .actions").waitFor();
    network.cut();
    const lost = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/api/feedback"));
    await button("Good answer").click();
    await lost;
    await page.locator('[aria-pressed="true"]').waitFor({ state: "detached" });
    expect(await page.getByText("Thank you.").count()).toBe(0);
    network.restore();
    await button("Good answer").click();
    await page.getByText("Thank you.").waitFor();
  });

  test("no visitor is asked for words that are not kept", async () => {
    await visitor.end();
    visitor = await visit(browser, discreet.url, options);
    ({ page } = visitor);
    model.says("She was a mathematician [1].");
    await ask("Who was Ada Lovelace?");
    await button("Good answer").click();
    await page.getByText("Thank you.").waitFor();
    expect(await page.getByLabel("Would you like to say why?").count()).toBe(0);
  });

  test("timings are shown on demand", async () => {
    model.says("She was a mathematician [1].");
    await ask("Who was Ada Lovelace?");
    await button("Timings").click();
    const table = page.getByRole("table", { name: "Timings" });
    expect(await table.textContent()).toMatch(
      /embed\d[\d.]* ms.*search personal\d[\d.]* ms.*whole answer.*\d+ ms/,
    );
  });
};
