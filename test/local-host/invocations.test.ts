import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createHostRunner } from "./host-process.ts";
import type { HostProcess, HostRunner } from "./host-process.ts";

const app = `
const steps = [];
app.hook.appStart((context) => { context.hookData.started = true; steps.push("appStart"); });
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName !== "hooked") return;
  steps.push("pre1");
  context.hookData.seen = "by pre";
  context.inputs = [...context.inputs, "added"];
});
app.hook.preInvocation((context) => {
  if (context.invocationContext.functionName !== "hooked") return;
  steps.push("pre2");
  const { functionHandler } = context;
  context.functionHandler = (...inputs) => { steps.push("wrapped"); return functionHandler(...inputs); };
});
app.hook.postInvocation((context) => {
  const { functionName } = context.invocationContext;
  if (functionName === "hooked") { steps.push("post " + context.hookData.seen); context.result.jsonBody.changed = true; }
  if (functionName === "rescued") { context.error = undefined; context.result = { status: 503, body: "rescued" }; }
});
app.http("hooked", { handler: async (request, added) => { steps.push("handler " + added); return { jsonBody: { steps } }; } });
app.http("rescued", { handler: async () => { throw new Error("lost"); } });
app.http("fails", { handler: async () => { throw new Error("kept"); } });
app.http("nothing", { handler: async () => {} });
app.http("posted", { methods: ["POST"], handler: async (request, context) => ({
  headers: { "x-type": request.headers.get("content-type") },
  cookies: [{ name: "a", value: "1", path: "/", sameSite: "Lax" }],
  jsonBody: { body: await request.json(), query: request.query.get("q"), url: request.url },
}) });
app.http("logs", { handler: async (request, context) => {
  context.log("an info"); context.warn("a warning"); context.debug("a detail"); context.log("a secret");
  return {};
} });
app.hook.log((context) => { if (context.message === "a secret") context.message = "hidden"; });
app.timer("tick", { schedule: "%TICKS%", handler: async (timer, context) => context.log("tick", JSON.stringify(timer)) });
app.timer("often", { schedule: "*/1 * * * * *", handler: async (timer, context) => context.log("each second") });
`;

let runner: HostRunner;
let host: HostProcess;
let url: string;
beforeAll(async () => {
  runner = await createHostRunner();
  host = await runner.run({ app, env: { TICKS: "0 */5 * * * MON-FRI" } });
  url = await host.url();
});
afterAll(() => runner.dispose());

const fire = (name: string, body?: string) =>
  fetch(`${url}/admin/functions/${name}`, { method: "POST", ...(body === undefined ? {} : { body }) });

test("hooks run in order, and can replace the inputs, the handler, the result and the error", async () => {
  const hooked = await fetch(`${url}/api/hooked`);
  expect(await hooked.json()).toEqual({
    steps: ["appStart", "pre1", "pre2", "wrapped", "handler added", "post by pre"],
    changed: true,
  });
  const rescued = await fetch(`${url}/api/rescued`);
  expect([rescued.status, await rescued.text()]).toEqual([503, "rescued"]);
});

test("a request with a body is answered with headers and cookies", async () => {
  const response = await fetch(`${url}/api/posted?q=1`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "grüße" }),
  });
  expect(await response.json()).toEqual({
    body: { text: "grüße" },
    query: "1",
    url: `${url}/api/posted?q=1`,
  });
  expect(response.headers.get("x-type")).toBe("application/json");
  expect(response.headers.getSetCookie()).toEqual(["a=1; Path=/; SameSite=Lax"]);
});

test("a handler that throws is an empty 500, one that returns nothing an empty 204", async () => {
  const fails = await fetch(`${url}/api/fails`);
  const nothing = await fetch(`${url}/api/nothing`);
  expect([fails.status, await fails.text()]).toEqual([500, ""]);
  expect([nothing.status, await nothing.text()]).toEqual([204, ""]);
});

test("logs go where their level says, after the log hooks", async () => {
  await fetch(`${url}/api/logs`);
  await host.printed(/hidden/);
  const { stdout, stderr } = host.output();
  expect(stdout).toContain("[information] an info\n");
  expect(stdout).toContain("[debug] a detail\n");
  expect(stdout).toContain("[information] hidden\n");
  expect(stderr).toContain("[warning] a warning\n");
  expect(stdout).not.toContain("secret");
});

test("a timer is fired by a POST to /admin/functions, with the argument the library expects", async () => {
  const accepted = await fire("TICK", JSON.stringify({ input: "" }));
  expect([accepted.status, await accepted.text()]).toEqual([202, ""]);
  await host.printed(/\[information\] tick \{.*\}/);
  const [, argument = ""] = /tick (\{.*\})/.exec(host.output().stdout) ?? [];
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(JSON.parse(argument)).toEqual({
    schedule: { adjustForDST: true },
    scheduleStatus: { last: time, next: time, lastUpdated: time },
    isPastDue: false,
  });
});

test("timers run on their schedule", async () => {
  await expect(host.printed(/(?:each second[^]*){2}/)).resolves.toBeUndefined();
});

test("the admin endpoint lists the functions and refuses what it can't run", async () => {
  const list: unknown = await (await fetch(`${url}/admin/functions`)).json();
  expect(list).toEqual(
    expect.arrayContaining([
      { name: "posted", route: "posted", methods: ["POST"], trigger: "httpTrigger" },
      { name: "tick", trigger: "timerTrigger" },
    ]),
  );
  expect((await fire("unknown")).status).toBe(404);
  expect((await fire("tick", "not json")).status).toBe(400);
  expect((await fire("posted", "{}")).status).toBe(400);
  expect((await fetch(`${url}/admin/host/status`)).status).toBe(404);
});
