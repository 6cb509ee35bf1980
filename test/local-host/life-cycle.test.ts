import { Agent, get } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHostRunner } from "./host-process.ts";
import type { HostRunner } from "./host-process.ts";

let runner: HostRunner;
beforeAll(async () => {
  runner = await createHostRunner();
});
afterAll(() => runner.dispose());

const askThrough = (agent: Agent, address: string): Promise<string> =>
  new Promise((answer, fail) => {
    get(address, { agent }, (response) => void text(response).then(answer, fail)).on("error", fail);
  });

const slowApp = `
const pause = (ms) => new Promise((proceed) => setTimeout(proceed, ms));
app.http("slow", { handler: async () => ({ body: (async function* () {
  yield Buffer.from("started ");
  await pause(Number(process.env.PAUSE_MS));
  yield Buffer.from("ended");
})() }) });
app.hook.appTerminate(async () => { await pause(100); process.stdout.write("terminated\\n"); });
app.hook.appTerminate(() => Number(process.env.HOOK_MS) && pause(Number(process.env.HOOK_MS)));
`;

describe("local.settings.json", () => {
  const app = `app.http("settings", { handler: async () => ({
    jsonBody: [process.env.FROM_FILE, process.env.FROM_BOTH, process.env.EMPTY_IN_FILE ?? "unset", process.env.FUNCTION_KEY] }) });
    app.http("keyed", { authLevel: "function", handler: async () => ({}) });`;
  const localSettings = {
    FROM_FILE: "file",
    FROM_BOTH: "file",
    EMPTY_IN_FILE: "",
    FUNCTION_KEY: "of the file",
    PORT: "1",
  };

  test("gives the app its Values, and the environment wins", async () => {
    const host = await runner.run({ app, localSettings, env: { FROM_BOTH: "environment" } });
    const url = await host.url();
    expect(await (await fetch(`${url}/api/settings`)).json()).toEqual([
      "file",
      "environment",
      "unset",
      "of the file",
    ]);
    expect((await fetch(`${url}/api/keyed`)).status).toBe(401);
  });
});

describe.each(["SIGTERM", "SIGINT"] as const)("%s", (signal) => {
  test("lets a request in flight finish, takes no more, runs appTerminate and exits with 0", async () => {
    const host = await runner.run({ app: slowApp, env: { PAUSE_MS: "1500", HOOK_MS: "0" } });
    const url = await host.url();
    const response = await fetch(`${url}/api/slow`);
    const reader = response.body?.getReader();
    await reader?.read();
    host.child.kill(signal);
    await new Promise((proceed) => setTimeout(proceed, 600));
    await expect(fetch(`${url}/api/slow`)).rejects.toThrow("fetch failed");
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("ended");
    expect(await host.exited).toBe(0);
    expect(host.output().stdout).toContain("terminated\n");
  });
});

test("a stop reads what arrived while the process was too busy to read, before it closes", async () => {
  const busyApp = `
    app.http("ask", { handler: async () => ({ body: "answered" }) });
    app.http("busy", { handler: async () => {
      setTimeout(() => { const end = Date.now() + 700; while (Date.now() < end); }, 100);
      return {};
    } });`;
  const host = await runner.run({ app: busyApp });
  const url = await host.url();
  const agent = new Agent({ keepAlive: true });
  expect(await askThrough(agent, `${url}/api/ask`)).toBe("answered");
  await fetch(`${url}/api/busy`);
  host.child.kill("SIGTERM");
  // the wait for late arrivals ends while the process is busy, and this comes before that
  await new Promise((proceed) => setTimeout(proceed, 400));
  const answers = [askThrough(agent, `${url}/api/ask`), askThrough(new Agent(), `${url}/api/ask`)];
  expect(await Promise.all(answers)).toEqual(["answered", "answered"]);
  expect(await host.exited).toBe(0);
  agent.destroy();
});

test("a stop takes 5 seconds at most, and runs appTerminate even when an answer goes on", async () => {
  const host = await runner.run({ app: slowApp, env: { PAUSE_MS: "60000", HOOK_MS: "60000" } });
  const response = await fetch(`${await host.url()}/api/slow`);
  await response.body?.getReader().read();
  const begin = performance.now();
  host.child.kill("SIGTERM");
  expect(await host.exited).toBe(0);
  expect(performance.now() - begin).toBeLessThan(5500);
  expect(host.output().stdout).toContain("terminated\n");
});

describe("the port", () => {
  test("is refused in one sentence when it is taken, before the app starts", async () => {
    const app = `process.stdout.write("loaded\\n");`;
    const first = await runner.run({ app });
    const { port } = new URL(await first.url());
    const host = await runner.run({ app, env: { PORT: port } });
    expect(await host.exited).toBe(1);
    expect(host.output()).toEqual({
      stdout: "",
      stderr: `Port ${port} is taken by another program: set PORT to a free one.\n`,
    });
  });

  test.each(["no", "70000", "-1", "1.5"])("is refused in one sentence when it is '%s'", async (PORT) => {
    const host = await runner.run({ app: "", env: { PORT } });
    expect(await host.exited).toBe(1);
    expect(host.output().stderr).toBe(`PORT must be a whole number from 0 to 65535, but it is '${PORT}'.\n`);
  });
});
