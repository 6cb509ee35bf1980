import axe from "axe-core";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** What axe-core finds wrong with a page as it is now, one line each; minor advice counts too. */
export const accessibilityProblems = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate("axe.run()")) as AxeResults;
  return violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`,
  );
};

/** What is wider than the place it has, which makes a page scroll sideways. */
export const overflowing = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll("*")].flatMap((e) => e.shadowRoot ?? [])];
    return roots
      .flatMap((root) => [
        ...root.querySelectorAll<HTMLElement>(
          "html, body, .chat, .scroller, .chat footer, .turn, .prose > div > div > *, .note",
        ),
      ])
      .filter(
        (element) =>
          element.scrollWidth > element.clientWidth + 1 &&
          !["auto", "scroll"].includes(getComputedStyle(element).overflowX) &&
          element.clientWidth > 0,
      )
      .map(
        (element) =>
          `${element.tagName.toLowerCase()}.${element.className}: ${element.scrollWidth} > ${element.clientWidth}`,
      );
  });
