import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "@jest/globals";
import { dist } from "./support/dist.ts";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { serveHere } from "./support/serve-here.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
let app: InProcessApp;

beforeAll(async () => {
  await ingestedOnce(join(repository, "knowledge"), { DATA_DIR });
  app = await serveHere({ DATA_DIR, AzureWebJobsDisableHomepage: "true" });
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  app.fetch(path, { headers });

/** The addresses of a page's own files. */
const filesOf = (html: string): readonly string[] =>
  [...html.matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)].map(([, address = ""]) => address);

test("the page is at / and at /api/ui, and is asked for again at every visit", async () => {
  for (const path of ["/", "/api/ui"]) {
    const response = await get(path);
    expect([
      response.status,
      response.headers.get("content-type"),
      response.headers.get("cache-control"),
    ]).toEqual([200, "text/html; charset=utf-8", "no-cache"]);
    expect(filesOf(await response.text()).length).toBeGreaterThan(3);
  }
});

test("everything on the page is the app's own, and no script or style is written into it", async () => {
  const response = await get("/");
  const policy = response.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  const html = await response.text();
  expect(html).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc="\/api\/ui\/)|\/\//);
});

test("every file of the page is there, kept for good, and compressed for clients that take that", async () => {
  for (const address of filesOf(await (await get("/")).text())) {
    const plain = await get(address, { "accept-encoding": "identity" });
    expect([address, plain.status, plain.headers.get("cache-control")]).toEqual([
      address,
      200,
      "public, max-age=31536000, immutable",
    ]);
    const small = await get(address, { "accept-encoding": "gzip" });
    expect([small.headers.get("content-encoding"), small.headers.get("vary")]).toEqual([
      "gzip",
      expect.stringContaining("accept-encoding"),
    ]);
    expect(await small.text()).toBe(await plain.text());
  }
});

test("a link to the page is previewed with a title and a description", async () => {
  const html = await (await get("/")).text();
  expect(/<title>(.*)<\/title>/.exec(html)?.[1]).toBe("Ask a question");
  for (const name of ['name="description"', 'property="og:title"', 'property="og:description"'])
    expect(html).toMatch(new RegExp(String.raw`<meta\s+${name}\s+content="[^"…]{10,160}"\s*/>`));
});

test("browsers and crawlers find an icon and their rules where they look by themselves", async () => {
  const icon = await get("/favicon.ico");
  expect([icon.status, icon.headers.get("content-type")]).toEqual([200, "image/svg+xml"]);
  expect(await icon.text()).toContain("<svg");
  const rules = await get("/robots.txt");
  expect([rules.status, rules.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
  // a crawler that may not read the page's files sees no page
  expect(await rules.text()).toBe("User-agent: *\nAllow: /api/ui\nDisallow: /api/\n");
});

test("what a browser has already is not sent again", async () => {
  for (const path of ["/", "/api/widget.js"]) {
    const etag = (await get(path)).headers.get("etag") ?? "";
    const again = await get(path, { "if-none-match": etag });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect((await get(path, { "if-none-match": '"another"' })).status).toBe(200);
  }
});

test.each([
  "nothing.js",
  "index.html",
  "index.html.br",
  "..%2fmain.cjs",
  "%2e%2e",
  "page.js.gz",
  "constructor",
])("there is no file %s to get", async (name) => {
  expect((await get(`/api/ui/${name}`)).status).toBe(404);
});

test("the page and the widget are served when the settings are wrong, and say that nothing works", async () => {
  const broken = openApp({ DATA_DIR, REFRESH_SECONDS: "often", AzureWebJobsDisableHomepage: "true" });
  expect((await broken.fetch("/")).status).toBe(200);
  const about = await broken.fetch("/api/about");
  expect([about.status, await about.json()]).toEqual([
    503,
    { error: { code: "misconfigured", message: expect.any(String) } },
  ]);
});

test("the widget is a script of less than 35 kB", async () => {
  const response = await get("/api/widget.js", { "accept-encoding": "identity" });
  expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  expect(response.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
  const compressed = readFileSync(join(dist, "web", "widget.js.gz"));
  expect(gunzipSync(compressed).toString()).toBe(await response.text());
  expect(compressed.length).toBeLessThan(35_000);
});

test("GET /api/about gives the owner's subject and starters", async () => {
  expect(await (await get("/api/about")).json()).toEqual({
    subject: "Ada Lovelace",
    starters: expect.arrayContaining(["Who was Ada Lovelace?"]),
    mode: "extractive",
    comments: false,
  });
});
