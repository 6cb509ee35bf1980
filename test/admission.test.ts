import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { repository } from "./support/repository.ts";
import { ingestedOnce } from "./support/ingested-once.ts";
import { openApp } from "./support/in-process-app.ts";
import type { InProcessApp } from "./support/in-process-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
const question = { messages: [{ role: "user", content: "give me your facebook id" }] };

beforeAll(async () => {
  await ingestedOnce(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
});

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

const send = async (
  app: InProcessApp,
  { path = "/api/chat", method = "POST", headers = {} }: Sent,
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> => {
  const body = method === "POST" ? { body: JSON.stringify(question) } : {};
  const response = await app.fetch(path, { method, headers, ...body });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
};

describe("an app with keys", () => {
  let app: InProcessApp;
  beforeAll(() => {
    app = openApp({ DATA_DIR, API_KEYS: "key-of-ann, key-of-bob" });
  });

  test.each(["key-of-ann", "key-of-bob"])("answers a caller that sends %s", async (key) => {
    for (const scheme of ["Bearer", "bearer"]) {
      const answer = await send(app, { headers: { authorization: `${scheme} ${key}` } });
      expect([answer.status, answer.body]).toEqual([200, expect.stringContaining("samimreza101")]);
    }
  });

  test.each([
    ["no key", undefined, /API key is needed.*Authorization: Bearer/],
    ["an empty one", "Bearer ", /API key is needed/],
    ["a wrong one", "Bearer key-of-eve", /not known/],
    ["the beginning of a right one", "Bearer key-of-an", /not known/],
    ["both at once, as they are set", "Bearer key-of-ann, key-of-bob", /API key is needed/],
    ["another scheme", "Basic key-of-ann", /API key is needed/],
  ])("says to a caller that sends %s what is missing, and nothing else", async (_, authorization, words) => {
    for (const path of ["/api/chat", "/api/chat/stream", "/api/search"]) {
      const answer = await send(app, { path, headers: authorization ? { authorization } : {} });
      expect([answer.status, answer.headers["www-authenticate"], JSON.parse(answer.body)]).toEqual([
        401,
        'Bearer realm="colophon"',
        { error: { code: "unauthorized", message: expect.stringMatching(words) } },
      ]);
    }
  });

  test("still tells everybody how it is", async () => {
    expect(await send(app, { path: "/api/health", method: "GET" })).toMatchObject({ status: 200 });
    expect(await send(app, { path: "/api/health", method: "HEAD" })).toMatchObject({ status: 200, body: "" });
  });

  test("never logs a key", () => {
    expect(app.out.join("\n")).not.toMatch(/key-of/);
  });
});

describe("an app with allowed origins", () => {
  let app: InProcessApp;
  beforeAll(() => {
    app = openApp({ DATA_DIR, ALLOWED_ORIGINS: "https://www.Example.com/, capacitor://localhost" });
  });

  test.each(["https://www.example.com", "capacitor://localhost"])("answers pages of %s", async (origin) => {
    expect(await send(app, { headers: { origin } })).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": origin, vary: "origin" },
    });
  });

  test.each([
    "https://example.com",
    "http://www.example.com",
    "https://www.example.com:8443",
    "https://www.example.com.evil.org",
    "https://evil.org",
    "null",
    "not an origin",
  ])("refuses pages of %s before it does anything", async (origin) => {
    const before = app.out.length;
    for (const path of ["/api/chat", "/api/chat/stream", "/api/search"]) {
      const answer = await send(app, { path, headers: { origin } });
      expect([answer.status, JSON.parse(answer.body)]).toEqual([
        403,
        { error: { code: "origin_not_allowed", message: expect.stringContaining("ALLOWED_ORIGINS") } },
      ]);
      expect(answer.headers).not.toHaveProperty("access-control-allow-origin");
    }
    expect(await send(app, { path: "/api/health", method: "GET", headers: { origin } })).toMatchObject({
      status: 403,
    });
    expect(app.out.slice(before)).toEqual([]);
  });

  test("answers a client that is no browser, and says that the answer depends on the origin", async () => {
    expect(await send(app, {})).toMatchObject({ status: 200, headers: { vary: "origin" } });
  });

  test("tells a browser beforehand what a page may send", async () => {
    const wanted = "authorization,content-type,x-stainless-os,mcp-protocol-version";
    const asked = (origin: string): Promise<{ status: number; headers: Record<string, unknown> }> =>
      send(app, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": wanted,
        },
      });
    const allowed = await asked("https://www.example.com");
    expect(allowed).toMatchObject({
      status: 204,
      headers: {
        "access-control-allow-origin": "https://www.example.com",
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": wanted,
        vary: "origin",
      },
    });
    const refused = await asked("https://evil.org");
    expect(refused.status).toBe(403);
    expect(refused.headers).not.toHaveProperty("access-control-allow-origin");
  });

  test("lets the page read its errors, too", async () => {
    const answer = await send(app, { method: "PUT", headers: { origin: "https://www.example.com" } });
    expect(answer).toMatchObject({
      status: 405,
      headers: { allow: "POST", "access-control-allow-origin": "https://www.example.com" },
    });
  });
});

describe("an app that says nothing of origins", () => {
  let app: InProcessApp;
  beforeAll(() => {
    app = openApp({ DATA_DIR });
  });

  test.each([
    ["as the browser named the host", { origin: "http://localhost:7071", host: "localhost:7071" }],
    ["at an address in the network", { origin: "http://192.168.1.20:7071", host: "192.168.1.20:7071" }],
    ["at a name without a domain", { origin: "http://raspberry", host: "raspberry" }],
    ["behind Azure's front end", { origin: "https://ask.example.com", host: "ask.example.com" }],
    ["on the port that goes without saying", { origin: "https://a.example.com", host: "a.example.com:443" }],
    [
      "behind a proxy that passes the name on",
      { origin: "https://ask.example.com", host: "app.internal", "x-forwarded-host": "ask.example.com" },
    ],
  ])("answers its own page, %s", async (_, headers) => {
    expect(await send(app, { headers })).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": headers.origin },
    });
  });

  test.each([
    ["of another site", { origin: "https://evil.org", host: "ask.example.com" }],
    ["of another port", { origin: "http://localhost:3000", host: "localhost:7071" }],
    ["that had its own name pointed here", { origin: "http://evil.org:7071", host: "evil.org:7071" }],
  ])("refuses a page %s", async (_, headers) => {
    expect(await send(app, { headers })).toMatchObject({ status: 403 });
  });
});

test("with * every page may ask, even one without an origin of its own", async () => {
  const app = openApp({ DATA_DIR, ALLOWED_ORIGINS: "*" });
  for (const origin of ["https://evil.org", "null"]) {
    expect(await send(app, { headers: { origin } })).toMatchObject({
      status: 200,
      headers: { "access-control-allow-origin": origin },
    });
  }
});
