import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { expect, test } from "@jest/globals";
import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import { publicErrorCodes } from "../src/chat/public-error.ts";
import { exampleSettings, settingsTable } from "../src/config/describe-settings.ts";
import { readConfig } from "../src/config/read-config.ts";
import { settings } from "../src/config/settings.ts";
import { errorStatus } from "../src/http/errors.ts";
import { openApiPath } from "../src/http/openapi.ts";
import { routes } from "../src/http/routes.ts";
import { repository } from "./support/repository.ts";

const read = (file: string): string => readFileSync(join(repository, file), "utf8");

/** Every page that is written for people, by its path from the repository's root. */
const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(join(repository, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

const parser = new MarkdownIt({ html: true });

const withChildren = (token: Token): readonly Token[] => [token, ...(token.children ?? [])];

/** Addresses of links and pictures, in Markdown and in HTML. */
const linksIn = (text: string): readonly string[] =>
  parser
    .parse(text, {})
    .flatMap(withChildren)
    .flatMap((token) => [
      String(token.attrGet("href") ?? token.attrGet("src") ?? ""),
      ...(token.type.startsWith("html")
        ? [...token.content.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address = ""]) => address)
        : []),
    ])
    .filter(Boolean);

/** The anchors that GitHub gives to a page's headings. */
const anchorsIn = (text: string): ReadonlySet<string> => {
  const tokens = parser.parse(text, {});
  const anchors = new Set<string>();
  const uses = new Map<string, number>();
  for (const [index, { type }] of tokens.entries()) {
    if (type !== "heading_open") continue;
    const words = (tokens[index + 1]?.children ?? []).map(({ content }) => content).join("");
    const anchor = words
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    const used = uses.get(anchor) ?? 0;
    uses.set(anchor, used + 1);
    anchors.add(used > 0 ? `${anchor}-${used}` : anchor);
  }
  return anchors;
};

const isOutside = (link: string): boolean => /^[a-z][a-z\d+.-]*:/i.test(link);

/** What a link of a page leads to, from the repository's root. */
const targetOf = (page: string, link: string): { file: string; anchor: string } => {
  const [path = "", anchor = ""] = link.split("#");
  const file = path === "" ? page : join(dirname(page), decodeURIComponent(path));
  return { file: file.split(sep).join("/"), anchor };
};

test("docs/settings.md has the table of the settings' schema (npm run settings writes it)", () => {
  expect(read("docs/settings.md")).toContain(`<!-- settings -->\n${settingsTable()}\n<!-- /settings -->`);
});

test("local.settings.example.json holds every setting, and is right as it stands", () => {
  expect(read("local.settings.example.json")).toBe(exampleSettings());
  const { Values } = JSON.parse(exampleSettings()) as { Values: Record<string, string> };
  expect(readConfig({ ...Values, KNOWLEDGE_DIR: "" })).toEqual(readConfig({}));
});

test("the README has at most 12 kB", () => {
  expect(statSync(join(repository, "README.md")).size).toBeLessThanOrEqual(12_000);
});

test("every link in the pages leads to a file and a heading that exist", () => {
  const links = pages.flatMap((page) =>
    linksIn(read(page))
      .filter((link) => !isOutside(link))
      .map((link) => ({ page, link })),
  );
  expect(links.length).toBeGreaterThan(50);
  const broken = links.filter(({ page, link }) => {
    const { file, anchor } = targetOf(page, link);
    if (file.startsWith("..") || !existsSync(join(repository, file))) return true;
    return anchor !== "" && !anchorsIn(read(file)).has(anchor);
  });
  expect(broken.map(({ page, link }) => `${page}: ${link}`)).toEqual([]);
});

test("every page of docs can be reached from the README", () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    for (const link of linksIn(read(page)).filter((one) => !isOutside(one))) {
      const { file } = targetOf(page, link);
      if (pages.includes(file)) reached.add(file);
    }
  }
  expect(pages.filter((page) => !reached.has(page))).toEqual([]);
});

test("every npm command that the pages name exists", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/npm (?:run (?:--silent )?([a-z:]+)|(start|test)\b)/g)].map(([, run, short]) => ({
      page,
      name: run ?? short ?? "",
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ name }) => !scripts[name])).toEqual([]);
});

test("every setting that the pages set exists", () => {
  const azd = [...read("infra/main.bicepparam").matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(
    ([, name = ""]) => name,
  );
  const known = new Set([...Object.keys(settings), ...azd]);
  const set = pages.flatMap((page) =>
    [...read(page).matchAll(/(?<![\w<-])([A-Z][A-Z\d]+(?:_[A-Z\d]+)+|LLM|PORT|SWAP)=/g)].map(
      ([, name = ""]) => ({ page, name }),
    ),
  );
  expect(set.length).toBeGreaterThan(10);
  expect(set.filter(({ name }) => !known.has(name))).toEqual([]);
});

test("docs/http-api.md names every route", () => {
  const named = [...read("docs/http-api.md").matchAll(/`(GET|POST) (\/[^\s`]*)`/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  const served = routes.flatMap(({ path, operations }) =>
    Object.keys(operations).map((method) => `${method} ${openApiPath(path)}`),
  );
  expect(served.length).toBeGreaterThan(10);
  expect([...new Set(named)].sort()).toEqual(served.toSorted());
});

test("docs/http-api.md names every error code with its status", () => {
  const rows = [...read("docs/http-api.md").matchAll(/^\| (\d{3}) \| `(\w+)` \|/gm)];
  const named = Object.fromEntries(rows.map(([, status, code = ""]) => [code, Number(status)]));
  expect(named).toEqual(Object.fromEntries(publicErrorCodes.map((code) => [code, errorStatus(code)])));
});

test("every path of a source file that the pages name is a link, so that a move is noticed", () => {
  const bare = pages.flatMap((page) =>
    parser
      .parse(read(page), {})
      .filter(({ type }) => type === "inline")
      .flatMap(({ children }) => {
        let inLink = false;
        return (children ?? []).flatMap(({ type, content }) => {
          if (type === "link_open" || type === "link_close") inLink = type === "link_open";
          const path = /^(?:src|test|infra)\/[\w./-]+$/.test(content) ? content : "";
          return type === "code_inline" && path !== "" && !inLink ? [`${page}: ${path}`] : [];
        });
      }),
  );
  expect(bare).toEqual([]);
});

test("no page is deployed", () => {
  const ignored = read(".funcignore").split("\n");
  const tops = new Set(pages.map((page) => page.split("/")[0] ?? ""));
  expect([...tops].filter((top) => !ignored.includes(`/${top}`))).toEqual([]);
});
