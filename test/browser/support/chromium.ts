import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "@jest/globals";
import { chromium } from "playwright-core";
import type { Browser, LaunchOptions } from "playwright-core";
import { repository } from "../../support/repository.ts";
import { unpackChromium } from "./unpack-chromium.ts";

const run = promisify(execFile);

const programs = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Where systems keep it that do not put it on the PATH. */
const places = [
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

/**
 * Starts a browser, which is closed when the test file is done: the one that CHROMIUM names, an installed one, the one
 * of an npm package, or one that Playwright downloads.
 */
export const startChromium = async (): Promise<Browser> => {
  const isRoot = process.getuid?.() === 0;
  const args = [...quiet, ...(isRoot ? ["--no-sandbox"] : [])];
  const browser = await chromium.launch({ ...(await findChromium()), args });
  started.push(browser);
  return browser;
};

const findChromium = async (): Promise<LaunchOptions> => {
  const named = process.env["CHROMIUM"];
  if (named) {
    if (existsSync(named)) return { executablePath: named };
    throw new Error(`CHROMIUM names ${named}, which does not exist.`);
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const installed = [
    ...programs.flatMap((program) => folders.map((folder) => join(folder, program))),
    ...places,
  ].find((place) => existsSync(place));
  if (installed) return { executablePath: installed };
  if (process.platform === "linux" && process.arch === "x64") return unpackChromium();
  await downloadOfPlaywright();
  return {};
};

/** Does nothing when it is there. */
const downloadOfPlaywright = async (): Promise<void> => {
  const playwright = join(repository, "node_modules", "playwright-core", "cli.js");
  try {
    await run(process.execPath, [playwright, "install", "--only-shell", "chromium"]);
  } catch (error) {
    throw new Error(
      "These tests need a browser, and Playwright could not download one: install Chromium or Chrome, or name one in CHROMIUM.",
      { cause: error },
    );
  }
};
