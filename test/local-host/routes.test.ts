import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHostRunner } from "./host-process.ts";
import type { HostRunner } from "./host-process.ts";

const answerName =
  "handler: async (request, context) => ({ jsonBody: { name: context.functionName, ...request.params } })";

let runner: HostRunner;
beforeAll(async () => {
  runner = await createHostRunner();
});
afterAll(() => runner.dispose());

describe("routes", () => {
  const templates = {
    literal: "items/special",
    whole: "items/{id:int}",
    any: "items/{name}",
    catchall: "files/{*rest}",
    optional: "pages/{page?}",
    identified: "guids/{id:guid}",
    letters: "letters/{word:alpha}",
    truth: "truth/{is:bool}",
    fixed: "fixed/{code:length(3)}",
    long: "long/{text:minlength(3)}",
    ranged: "ranged/{n:range(1,9)}",
    dotted: "export/{name}.{kind:alpha}",
    empty: "empty/{ignored:maxlength(0)?}",
  };
  let url: string;

  beforeAll(async () => {
    const functions = Object.entries(templates).map(
      ([name, route]) => `app.http("${name}", { route: "${route}", ${answerName} });`,
    );
    const app = `${functions.join("\n")}
      app.get("named", async () => ({ body: "by its name" }));
      app.put("named-put", { route: "named", handler: async () => ({ body: "put" }) });`;
    url = await (await runner.run({ app })).url();
  });

  const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  test.each<[path: string, answer: Record<string, string> | undefined]>([
    ["items/special", { name: "literal" }],
    ["ITEMS/Special/", { name: "literal" }],
    ["items/12", { name: "whole", id: "12" }],
    ["items/a%20b%2Fc", { name: "a b%2Fc" }],
    ["items/1/2", undefined],
    ["items", undefined],
    ["files", { name: "catchall" }],
    ["files/a/b.txt", { name: "catchall", rest: "a/b.txt" }],
    ["pages", { name: "optional" }],
    ["pages/2", { name: "optional", page: "2" }],
    [`guids/${id}`, { name: "identified", id }],
    ["guids/12", undefined],
    ["letters/abc", { name: "letters", word: "abc" }],
    ["letters/a1", undefined],
    ["truth/True", { name: "truth", is: "True" }],
    ["truth/1", undefined],
    ["fixed/abc", { name: "fixed", code: "abc" }],
    ["fixed/abcd", undefined],
    ["long/abcd", { name: "long", text: "abcd" }],
    ["long/ab", undefined],
    ["ranged/9", { name: "ranged", n: "9" }],
    ["ranged/10", undefined],
    ["export/a.b.csv", { name: "a.b", kind: "csv" }],
    ["empty", { name: "empty" }],
    ["empty/x", undefined],
  ])("api/%s", async (path, answer) => {
    const response = await fetch(`${url}/api/${path}`);
    const text = await response.text();
    expect([response.status, text && JSON.parse(text)]).toEqual(answer ? [200, answer] : [404, ""]);
  });

  test("fall back to the function's name and tell the methods apart; another method is an empty 404", async () => {
    const get = await fetch(`${url}/api/named`);
    const put = await fetch(`${url}/api/named`, { method: "PUT" });
    const remove = await fetch(`${url}/api/named`, { method: "DELETE" });
    const texts = await Promise.all([get, put, remove].map((response) => response.text()));
    expect(texts).toEqual(["by its name", "put", ""]);
    expect(remove.status).toBe(404);
  });
});

describe("the root", () => {
  const app = `app.http("page", { route: "{ignored:maxlength(0)?}", ${answerName} });
    app.http("chat", { route: "api/chat", ${answerName} });`;
  const hostJson = { extensions: { http: { routePrefix: "" } } };

  test("is the host's own page, even where the app has a function there", async () => {
    const url = await (await runner.run({ app, hostJson })).url();
    expect(await (await fetch(url)).text()).toBe("Your function app is up\n");
    expect(await (await fetch(`${url}/api/chat`)).json()).toEqual({ name: "chat" });
  });

  test("is the app's once AzureWebJobsDisableHomepage is true", async () => {
    const url = await (
      await runner.run({ app, hostJson, env: { AzureWebJobsDisableHomepage: "true" } })
    ).url();
    expect(await (await fetch(url)).json()).toEqual({ name: "page" });
    expect((await fetch(`${url}/other`)).status).toBe(404);
  });
});

describe("keys", () => {
  const app = `app.http("open", { ${answerName} });
    app.http("keyed", { authLevel: "function", ${answerName} });
    app.http("owned", { authLevel: "admin", ${answerName} });`;

  test("are asked for where the level says so, in the header or in the query", async () => {
    const url = await (await runner.run({ app, env: { FUNCTION_KEY: "secret" } })).url();
    const status = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(url + path, { headers })).status;
    expect(await status("/api/open")).toBe(200);
    for (const path of ["/api/keyed", "/api/owned", "/admin/functions"]) {
      expect(await status(path)).toBe(401);
      expect(await status(`${path}?code=wrong`)).toBe(401);
      expect(await status(path, { "x-functions-key": "secre" })).toBe(401);
      expect(await status(`${path}?code=secret`)).toBe(200);
      expect(await status(path, { "x-functions-key": "secret" })).toBe(200);
      expect(await status(`${path}?code=secret`, { "x-functions-key": "wrong" })).toBe(401);
    }
    expect(await (await fetch(`${url}/api/keyed`)).text()).toBe("");
  });

  test("are not asked for when none is set", async () => {
    const url = await (await runner.run({ app, env: { FUNCTION_KEY: "" } })).url();
    expect((await fetch(`${url}/api/owned`)).status).toBe(200);
  });
});

describe("a start is refused", () => {
  const handler = "handler: async () => ({})";
  test.each([
    ["a reserved name", `app.http("adminPage", { ${handler} })`, "'adminPage' has a reserved name"],
    [
      "a reserved route",
      `app.http("page", { route: "admin/page", ${handler} })`,
      "'page' has a reserved route",
    ],
    [
      "the other reserved route",
      `app.http("page", { route: "Runtime/x", ${handler} })`,
      "'page' has a reserved route",
    ],
    ["an invalid name", `app.http("1st", { ${handler} })`, "The function name '1st' is invalid"],
    [
      "a name used twice",
      `app.http("page", { route: "a", ${handler} }); app.timer("Page", { schedule: "0 0 * * * *", ${handler} })`,
      "'Page' is registered twice",
    ],
    [
      "a route used twice for one method",
      `app.http("one", { route: "items/{id}", ${handler} }); app.get("two", { route: "ITEMS/{name}", ${handler} })`,
      "'two' has the same route and method as 'one': GET /api/items/{}",
    ],
    [
      "a route that can't be read",
      `app.http("page", { route: "a/{b:odd}", ${handler} })`,
      "the route constraint 'odd'",
    ],
    [
      "a schedule that can't be read",
      `app.timer("tick", { schedule: "00:05:00", ${handler} })`,
      "'00:05:00' of the function 'tick'",
    ],
    [
      "a setting that is missing",
      `app.timer("tick", { schedule: "%TICKS%", ${handler} })`,
      "'tick' needs the setting TICKS",
    ],
    [
      "an app without streaming",
      `app.setup({ enableHttpStream: false }); app.http("page", { ${handler} })`,
      "must call app.setup({ enableHttpStream: true })",
    ],
    [
      "a trigger that this host does not run",
      `app.storageQueue("work", { queueName: "jobs", connection: "x", ${handler} })`,
      "'work' has a binding of type 'queueTrigger', which this host does not run",
    ],
    ["an app that throws", `throw new Error("broken at load")`, "broken at load"],
    ["an appStart hook that throws", `app.hook.appStart(() => { throw new Error("no start") })`, "no start"],
  ])("for %s", async (_reason, app, message) => {
    const host = await runner.run({ app });
    expect(await host.exited).toBe(1);
    expect(host.output().stderr).toContain(message);
  });
});
