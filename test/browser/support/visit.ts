import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface Visit {
  readonly page: Page;
  /** What the browser complained of: errors of scripts, and what a policy forbade. */
  readonly complaints: readonly string[];
  /** Requests to anything but the page's own host. */
  readonly strangers: readonly string[];
  readonly end: () => Promise<void>;
}

export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};

export const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 860 } };

/** Opens an address in a browser that has never been there. */
export const visit = async (
  browser: Browser,
  url: string,
  options: BrowserContextOptions = desktop,
): Promise<Visit> => {
  const context = await browser.newContext({ reducedMotion: "reduce", locale: "en-GB", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const strangers: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // a status of 4xx or 5xx is for the page to tell
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) {
      complaints.push(message.text());
    }
  });
  page.on("request", (request) => {
    if (new URL(request.url()).host !== new URL(url).host) strangers.push(request.url());
  });
  await page.goto(url);
  return { page, complaints, strangers, end: () => context.close() };
};
