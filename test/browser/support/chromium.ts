import { existsSync } from "node:fs";
import { afterAll } from "@jest/globals";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

const places = [
  process.env["CHROMIUM"] ?? "",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
  String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
];

/** Without these, it asks the internet for many things, at every start. */
const quiet = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const started: Browser[] = [];

afterAll(async () => {
  for (const browser of started) await browser.close();
});

/** Starts a browser of this machine, which is closed when the test file is done. Fails in words without one. */
export const startChromium = async (): Promise<Browser> => {
  const executablePath = places.find((place) => place !== "" && existsSync(place));
  if (!executablePath) {
    throw new Error(
      "These tests need Chromium or Chrome: install one (Debian: apt-get install chromium), or name it in CHROMIUM.",
    );
  }
  const isRoot = process.getuid?.() === 0;
  const args = [...quiet, ...(isRoot ? ["--no-sandbox"] : [])];
  const browser = await chromium.launch({ executablePath, args });
  started.push(browser);
  return browser;
};
