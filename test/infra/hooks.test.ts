import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { repository } from "../support/repository.ts";
import { runHook } from "./run-hook.ts";
import type { Answer, HookRun } from "./run-hook.ts";

const env = {
  AZURE_ENV_NAME: "ada",
  AZURE_LOCATION: "westeurope",
  AZURE_SUBSCRIPTION_ID: "sub-1",
  AZURE_RESOURCE_GROUP: "rg-ada",
  APP_NAME: "func-ada",
  VAULT_NAME: "kv-ada",
  SNAPSHOT_URL: "https://stdata.file.core.windows.net/knowledge",
};
const linesOf = ({ calls }: HookRun): readonly string[] => calls.map(({ line }) => line);
const callTo = (run: HookRun, start: string) => run.calls.find(({ line }) => line.startsWith(start));

test("what azd knows about a deployment, its workflow knows too", () => {
  const { pipeline } = parse(readFileSync(join(repository, "azure.yaml"), "utf8")) as {
    pipeline: { variables: readonly string[] };
  };
  const parameters = readFileSync(join(repository, "infra", "main.bicepparam"), "utf8");
  const asked = [...parameters.matchAll(/readEnvironmentVariable\('(\w+)'/g)].map(([, name = ""]) => name);
  // azd has those of AZURE_ itself
  const ours = asked.filter((name) => !name.startsWith("AZURE_"));
  expect(ours.length).toBeGreaterThan(15);
  expect(new Set(pipeline.variables)).toEqual(new Set([...ours, "KNOWLEDGE_DIR"]));
});

test("azure.yaml names hooks that are there, and builds nothing in Azure", () => {
  const { services, hooks } = parse(readFileSync(join(repository, "azure.yaml"), "utf8")) as {
    services: {
      app: { dist: string; remoteBuild: boolean; hooks: Record<string, { shell: string; run: string }> };
    };
    hooks: Record<string, { shell: string; run: string; interactive?: boolean }>;
  };
  const all = { ...hooks, ...services.app.hooks };
  // without the terminal azd shows what a hook says for a moment only, or not at all
  expect(Object.keys(all).sort()).toEqual(["postdeploy", "postprovision", "prepackage", "preprovision"]);
  for (const { shell, run, ...rest } of Object.values(all)) {
    expect({ shell, rest }).toEqual({ shell: "sh", rest: { interactive: true } });
    expect(readFileSync(join(repository, run), "utf8")).toMatch(/^#!\/usr\/bin\/env bash\n/);
  }
  expect(services.app).toMatchObject({ dist: "dist/package", remoteBuild: false, language: "custom" });
});

test("azd up does one thing after another: two that install and build here at once would be in each other's way", () => {
  const { workflows } = parse(readFileSync(join(repository, "azure.yaml"), "utf8")) as {
    workflows: { up: { steps: readonly { azd: string }[] } };
  };
  expect(workflows.up.steps.map(({ azd }) => azd)).toEqual(["package --all", "provision", "deploy --all"]);
});

/**
 * Fails each program that a hook calls, one after another. Whatever a hook calls tomorrow is among them.
 */
const failEach = async (
  play: (...instead: Answer[]) => Promise<HookRun>,
): Promise<readonly (readonly [string, HookRun])[]> => {
  const good = await play();
  expect(good.code).toBe(0);
  // what is called, up to its first option: az keyvault list
  const commands = new Set(linesOf(good).map((line) => line.replace(/ --?\w.*/, "")));
  const runs = [];
  for (const command of commands) {
    const failure = { when: `^${command}( --|$)`, err: `${command} says why\n`, code: 1 };
    runs.push([command, await play(failure)] as const);
  }
  return runs;
};
const expectToldFailure = ({ code, err }: HookRun, command: string): void => {
  expect([command, code, err]).toEqual([
    command,
    1,
    // its own words, what that means, and what to do
    expect.stringMatching(new RegExp(`${command} says why\n(?:.*\n)*ERROR: .+\n {7}.+`)),
  ]);
};

describe("before anything is made", () => {
  const ready: readonly Answer[] = [
    { when: "^az account show" },
    { when: "^az functionapp list-flexconsumption-locations", out: "northeurope\nWest Europe\n" },
    { when: "^az keyvault list " },
    { when: "^az keyvault list-deleted" },
    // once for each kind of account
    { when: "^az cognitiveservices model list", out: "OpenAI.GlobalStandard.5\nOpenAI.GlobalStandard.5\n" },
    { when: "^az cognitiveservices account list " },
    { when: "^az cognitiveservices account list-deleted" },
    { when: "^az cognitiveservices usage list", out: "200.0\t50.0\n" },
    { when: "^az cognitiveservices account deployment show" },
    { when: "^az provider show", out: "Registered\n" },
  ];
  const before = (more: Record<string, string> = {}, ...instead: Answer[]): Promise<HookRun> =>
    runHook("before-provision.sh", [...instead, ...ready], { ...env, ...more });

  const everything = { MODEL_SOURCE: "new", EMBEDDING_DEPLOYMENT: "embed", ISOLATE_NETWORK: "true" };
  const existing = { MODEL_SOURCE: "existing", MODEL_ACCOUNT: "oai", MODEL_RESOURCE_GROUP: "rg-oai" };

  test("where nothing is in the way it says so, has only looked, and has looked at azd's subscription", async () => {
    const run = await before();
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toBe("Nothing is in the way of a deployment to westeurope.\n");
    expect(linesOf(run).every((line) => line.endsWith("--subscription sub-1"))).toBe(true);
    expect(linesOf(run).filter((line) => /create|set|purge|delete |register/.test(line))).toEqual([]);
  });

  test("a new model, an existing one and an isolated network are looked at where they are wanted", async () => {
    const fresh = await before({ ...everything, ALERTS: "answers-failing, self-test-failing,answers-slow" });
    expect(fresh).toMatchObject({ code: 0, err: "" });
    const asked = linesOf(fresh).join("\n");
    expect(asked).toMatch(
      /model list --location westeurope .*'gpt-5\.4-mini' .*'2026-03-17'.*'GlobalStandard'/,
    );
    expect(asked).toMatch(/model list --location westeurope .*'text-embedding-3-small' .*'1'/);
    // the quota has a name of its own, which only the list of the models tells
    expect(asked.match(/usage list .*'OpenAI\.GlobalStandard\.5'/g)).toHaveLength(2);
    const shared = await before({ ...existing, EMBEDDING_DEPLOYMENT: "embed" });
    expect(shared).toMatchObject({ code: 0, err: "" });
    expect(linesOf(shared).filter((line) => line.includes("deployment show"))).toEqual([
      expect.stringContaining("--name oai --resource-group rg-oai --deployment-name chat "),
      expect.stringContaining("--deployment-name embed "),
    ]);
  });

  test.each<[string, Record<string, string>, Answer | undefined, readonly RegExp[]]>([
    [
      "azd has not set its variables",
      { AZURE_LOCATION: "" },
      undefined,
      [/AZURE_LOCATION is not set/, /azd up/],
    ],
    [
      "no user is signed in",
      {},
      { when: "account show", code: 1 },
      [/cannot see the subscription sub-1/, /az login/],
    ],
    [
      "the region has no Flex Consumption",
      { AZURE_LOCATION: "mars" },
      undefined,
      [/no Flex Consumption in mars/, /northeurope westeurope/],
    ],
    [
      "a deleted vault still has the name",
      {},
      { when: "keyvault list-deleted", out: "kv-old\n" },
      [/vault kv-old .* deleted/, /az keyvault purge --name kv-old/, /NAME_SUFFIX/],
    ],
    [
      "the region does not offer the model",
      { MODEL_SOURCE: "new" },
      { when: "model list.*gpt" },
      [/does not offer gpt-5\.4-mini, version 2026-03-17, as GlobalStandard/, /MODEL_SOURCE none/],
    ],
    [
      "the region does not offer the model that embeds",
      everything,
      { when: "model list.*embedding" },
      [/does not offer text-embedding-3-small, version 1, as GlobalStandard/, /EMBEDDING_DEPLOYMENT ""/],
    ],
    [
      "a deleted model account still has the name",
      { MODEL_SOURCE: "new" },
      { when: "account list-deleted", out: "oai-old\n" },
      [/oai-old .* deleted/, /az cognitiveservices account purge --name oai-old .*--resource-group rg-ada/],
    ],
    [
      "the quota is used up",
      { MODEL_SOURCE: "new" },
      { when: "usage list", out: "200.0\t190.0\n" },
      [/10 thousand tokens a minute are left in westeurope, and 30 are wanted/, /CHAT_CAPACITY 10/],
    ],
    [
      "the quota of the model that embeds is used up",
      { ...everything, EMBEDDING_CAPACITY: "200" },
      undefined,
      [/Of text-embedding-3-small, 150 thousand .* and 200 are wanted/, /EMBEDDING_CAPACITY 150/],
    ],
    ["there is no quota at all", { MODEL_SOURCE: "new" }, { when: "usage list" }, [/0 thousand tokens/]],
    [
      "the model's account is not named",
      { MODEL_SOURCE: "existing" },
      undefined,
      [/MODEL_ACCOUNT is not set/],
    ],
    [
      "the model's account has no such deployment",
      existing,
      { when: "deployment show", code: 3 },
      [/No deployment chat can be seen in the Azure OpenAI account oai \(rg-oai\)/],
    ],
    [
      "the source of the model is mistyped",
      { MODEL_SOURCE: "azure" },
      undefined,
      [/MODEL_SOURCE is azure/, /none, new or existing/],
    ],
    [
      "an alert is mistyped",
      { ALERTS: "answers-failing, answers-slo" },
      undefined,
      [/ALERTS has answers-slo, which is no alert/, /answers-slow model-failing/],
    ],
    [
      "an isolated network lacks its provider",
      { ISOLATE_NETWORK: "true" },
      { when: "provider show", out: "NotRegistered\n" },
      [/Microsoft\.App/, /az provider register/],
    ],
  ])("it fails, and says what to do, when %s", async (_, more, instead, says) => {
    const run = await before(more, ...(instead ? [instead] : []));
    expect(run.code).toBe(1);
    for (const words of says) expect(run.err).toMatch(words);
    expect(run.err).toMatch(/^ERROR: /);
  });

  test.each([
    ["a new model", everything, 9],
    ["an existing model", existing, 5],
  ])("with %s, whatever az fails at stops it, in az's words and its own", async (_, more, calls) => {
    const runs = await failEach((...instead) => before(more, ...instead));
    expect(runs).toHaveLength(calls);
    for (const [command, run] of runs) expectToldFailure(run, command);
  });

  test("without az, the hook says so", async () => {
    const run = await runHook("before-provision.sh", [], env, { without: "az" });
    expect([run.code, run.err]).toEqual([
      1,
      expect.stringContaining("ERROR: The Azure CLI (az) is not installed."),
    ]);
  });

  test("names that were taken do not stop a deployment that takes other ones, or has the vault already", async () => {
    const deleted = { when: "keyvault list-deleted", out: "kv-old\n" };
    expect(await before({ NAME_SUFFIX: "2" }, deleted)).toMatchObject({ code: 0 });
    expect(await before({}, deleted, { when: "keyvault list ", out: "kv-ada\n" })).toMatchObject({ code: 0 });
  });
});

describe("before it is packaged", () => {
  test("the package is made here", async () => {
    const run = await runHook("before-package.sh", [{ when: "^npm run package$", out: "32 MB\n" }]);
    expect(run).toMatchObject({ code: 0, out: "32 MB\n" });
    expect(linesOf(run)).toEqual(["npm run package"]);
  });

  test("on a fresh machine what is needed is installed first, and azd stops where that fails", async () => {
    const good = [{ when: "^npm ci" }, { when: "^npm run package$" }];
    const run = await runHook("before-package.sh", good, {}, { fresh: true });
    expect([run.code, linesOf(run)]).toEqual([0, ["npm ci --no-progress", "npm run package"]]);
    const bad = [{ when: "^npm ci", err: "no network\n", code: 1 }];
    const failed = await runHook("before-package.sh", bad, {}, { fresh: true });
    expect([failed.code, failed.err]).toEqual([
      1,
      expect.stringMatching(/no network\nERROR: npm ci failed\./),
    ]);
  });

  test("whatever npm fails at stops azd", async () => {
    const good = [{ when: "^npm ci" }, { when: "^npm run package$" }];
    const runs = await failEach((...instead) =>
      runHook("before-package.sh", [...instead, ...good], {}, { fresh: true }),
    );
    expect(runs).toHaveLength(2);
    for (const [command, run] of runs) expectToldFailure(run, command);
  });

  test("a package that cannot be made stops azd", async () => {
    const run = await runHook("before-package.sh", [
      { when: "^npm run package$", err: "the engine is cut short\n", code: 1 },
    ]);
    expect(run.code).toBe(1);
    expect(run.err).toMatch(
      /the engine is cut short\nERROR: The package could not be made\.[\s\S]*npm run doctor/,
    );
  });
});

describe("when the resources are there", () => {
  const missing = { when: "keyvault secret show", err: "(SecretNotFound) A secret was not found\n", code: 3 };
  const forbidden = {
    when: "keyvault secret show",
    err: "(Forbidden) Caller is not authorized: ForbiddenByRbac\n",
    code: 1,
  };
  const denied = {
    when: "^npm run --silent ingest",
    err: "https://… cannot be read: access is denied (403)\n",
    code: 1,
  };
  const good: readonly Answer[] = [
    { when: "keyvault secret show", out: "https://kv-ada/secrets/function-key\n" },
    { when: "keyvault secret set" },
    { when: "^az rest" },
    { when: "^npm run --silent ingest", out: "Generation 000001-a is now served.\n" },
  ];
  const after = (more: Record<string, string>, ...instead: Answer[]): Promise<HookRun> =>
    runHook("after-provision.sh", [...instead, ...good], { ...env, WAIT_TRIES: "4", ...more });

  test("the first time, it makes the function key, tells the app, and publishes", async () => {
    const run = await after({}, { ...missing, times: 1 });
    expect(run).toMatchObject({ code: 0, err: "", left: [] });
    const set = callTo(run, "az keyvault secret set");
    expect(set?.line).toMatch(/--vault-name kv-ada --name function-key --file \S+ --encoding utf-8/);
    expect(set?.secret).toMatch(/^[0-9a-f]{64}$/);
    expect(callTo(run, "az rest")?.line).toContain(
      "/subscriptions/sub-1/resourceGroups/rg-ada/providers/Microsoft.Web/sites/func-ada/config/configreferences/appsettings/refresh",
    );
    expect(run.out).toContain(
      "Generation 000001-a is now served.\nPublished to https://stdata.file.core.windows.net/knowledge.",
    );
  });

  test("no secret is in an argument, or printed", async () => {
    const run = await after({}, { ...missing, times: 1 });
    const secret = callTo(run, "az keyvault secret set")?.secret ?? "";
    expect(secret).toHaveLength(64);
    expect([...linesOf(run), run.out, run.err].join("\n")).not.toContain(secret);
  });

  test("the next time, it changes no secret", async () => {
    const run = await after({});
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(callTo(run, "az keyvault secret set")).toBeUndefined();
    expect(callTo(run, "az rest")).toBeUndefined();
  });

  test("API keys are made where callers have to send one", async () => {
    const run = await after({ REQUIRE_API_KEYS: "true" }, { ...missing, times: 2 });
    const names = run.calls.filter(({ secret }) => secret).map(({ line }) => /--name (\S+)/.exec(line)?.[1]);
    expect(names).toEqual(["function-key", "api-keys"]);
  });

  test("it publishes over REST as who is signed in, whatever this machine is set to", async () => {
    const mine = {
      SNAPSHOT_DIR: "/mnt/x",
      AZURE_CLIENT_ID: "app",
      SNAPSHOT_CONNECTION_STRING: "x",
      EMBEDDINGS: "azure",
    };
    const run = await after({ ...mine, KNOWLEDGE_DIR: "cv" });
    const ingest = callTo(run, "npm run --silent ingest");
    expect(ingest?.env).toMatchObject({
      LOCAL_SETTINGS: "off",
      SNAPSHOT_URL: env.SNAPSHOT_URL,
      KNOWLEDGE_DIR: "cv",
      EMBEDDINGS: "azure",
    });
    for (const name of ["SNAPSHOT_DIR", "AZURE_CLIENT_ID", "SNAPSHOT_CONNECTION_STRING"]) {
      expect(ingest?.env).not.toHaveProperty(name);
    }
  });

  test("roles that need a while are waited for", async () => {
    const run = await after(
      {},
      { ...forbidden, times: 2 },
      { ...missing, times: 1 },
      { ...denied, times: 3 },
    );
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/Waiting for the role on the vault: at most 4 times/);
    expect(run.out).toMatch(/Waiting for the roles of who publishes: at most 4 times/);
    expect(linesOf(run).filter((line) => line.startsWith("npm"))).toHaveLength(4);
  });

  test("the role on the model that embeds is waited for too, and one that is written before it works", async () => {
    const strange =
      "The embedding model's server answered 401: it does not accept the key or the identity.\n";
    const run = await after(
      {},
      { ...missing, times: 2 },
      { when: "secret set", err: "(Forbidden) ForbiddenByRbac\n", code: 1, times: 1 },
      { ...denied, err: strange, times: 2 },
    );
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(linesOf(run).filter((line) => line.startsWith("npm"))).toHaveLength(3);
  });

  test("a key that was deleted is taken back", async () => {
    const run = await after(
      {},
      { ...missing, times: 1 },
      { when: "secret set", err: "(Conflict) ObjectIsDeletedButRecoverable\n", code: 1, times: 1 },
      { when: "secret recover" },
    );
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(callTo(run, "az keyvault secret recover")?.line).toContain("--name function-key");
  });

  test("files that were left out are named, and the rest is published", async () => {
    const partly = { when: "ingest", out: "Generation 2\n", err: "Left out:\n  cv.json line 3\n", code: 2 };
    const run = await after({}, partly);
    expect(run).toMatchObject({ code: 0, err: "Left out:\n  cv.json line 3\n" });
  });

  test("whatever az and npm fail at stops it, but for what the deployment makes good", async () => {
    const deleted = {
      when: "secret set",
      err: "(Conflict) ObjectIsDeletedButRecoverable\n",
      code: 1,
      times: 1,
    };
    const runs = await failEach((...instead) =>
      after({}, ...instead, { ...missing, times: 2 }, deleted, { when: "secret recover" }),
    );
    expect(runs.map(([command]) => command)).toEqual([
      "az keyvault secret show",
      "az keyvault secret set",
      "az keyvault secret recover",
      "az rest",
      "npm run",
    ]);
    expect(Object.fromEntries(runs)["az rest"]?.code).toBe(0);
    for (const [command, run] of runs.filter(([name]) => name !== "az rest")) expectToldFailure(run, command);
  });

  test("an app that cannot get its key now gets it from the deployment", async () => {
    const run = await after({}, { ...missing, times: 1 }, { when: "^az rest", code: 1 });
    expect(run.code).toBe(0);
    expect(run.out).toContain("The app did not get its new secrets; the deployment does so too.");
  });

  test.each<[string, readonly Answer[], readonly RegExp[], number]>([
    [
      "the role on the vault never comes",
      [forbidden],
      [/kv-ada still refuses/, /run "azd provision" again/],
      4,
    ],
    [
      "the vault fails otherwise",
      [{ ...missing, err: "(VaultNotFound) no such host\n" }],
      [/no such host/, /function-key could not be made/],
      1,
    ],
    [
      "the key cannot be written",
      [missing, { when: "secret set", err: "(BadParameter)\n", code: 1 }],
      [/BadParameter/, /could not be made/],
      2,
    ],
    [
      "a deleted key cannot be taken back",
      [
        missing,
        { when: "secret set", err: "(Conflict) ObjectIsDeletedButRecoverable\n", code: 1 },
        { when: "secret recover", err: "(Forbidden) no permission to recover\n", code: 1 },
      ],
      [/no permission to recover/, /function-key could not be made/],
      3,
    ],
    ["the role on the share never comes", [denied], [/access is denied/, /PUBLISHER_ADDRESSES/], 5],
    [
      "the ingest fails",
      [{ ...denied, err: "canaries.json: 1 question fails\n" }],
      [/1 question fails/, /could not be published/],
      2,
    ],
  ])("it fails, and says what to do, when %s", async (_, instead, says, calls) => {
    const run = await after({}, ...instead);
    expect(run).toMatchObject({ code: 1, left: [] });
    for (const words of says) expect(run.err).toMatch(words);
    expect(run.calls).toHaveLength(calls);
  });
});

describe("when the app is deployed", () => {
  const key = "5ec2e7".repeat(10);
  let server: Server | undefined;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = undefined;
  });

  interface Reply {
    /** 0: the connection is cut. */
    readonly status: number;
    readonly body?: unknown;
  }

  /** An app that gives these answers one after another, the last one for ever. */
  const serve = async (
    ...replies: readonly Reply[]
  ): Promise<{ url: string; asked: { url: string; key: unknown }[] }> => {
    const asked: { url: string; key: unknown }[] = [];
    server = createServer(({ url = "", headers }, response) => {
      const { status, body = "" } = replies[Math.min(asked.length, replies.length - 1)] ?? { status: 500 };
      asked.push({ url, key: headers["x-functions-key"] });
      if (status === 0) response.destroy();
      else response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server?.once("listening", resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  };

  const well = {
    status: 200,
    body: { status: "ok", generation: "000001-a", details: { answers: "extractive" } },
  };
  const good: readonly Answer[] = [
    { when: "keyvault secret show", out: `${key}\n` },
    { when: "^npm run --silent doctor", out: "glibc 2.36\n" },
  ];
  const deployed = (url: string, ...instead: Answer[]): Promise<HookRun> =>
    runHook("after-deploy.sh", [...instead, ...good], { ...env, APP_URL: url, WAIT_TRIES: "4" });

  test("it waits for the app, runs the self-test with the key, lets the doctor look, and prints the address", async () => {
    const { url, asked } = await serve(
      { status: 404 },
      { status: 503 },
      { status: 200, body: { status: "ok" } },
      well,
    );
    const run = await deployed(url);
    expect(run).toMatchObject({ code: 0, err: "", left: [] });
    expect(asked.map(({ url: path }) => path)).toEqual([
      ...Array<string>(4).fill("/api/health"),
      "/api/health?deep=1",
    ]);
    expect(new Set(asked.map(({ key: sent }) => sent))).toEqual(new Set([key]));
    expect(callTo(run, "npm run --silent doctor")?.line).toBe(`npm run --silent doctor -- --azure ${url}`);
    expect(callTo(run, "npm run --silent doctor")?.env).toMatchObject({
      FUNCTION_KEY: key,
      LOCAL_SETTINGS: "off",
    });
    expect(run.out).toContain('"generation":"000001-a"');
    expect(run.out).toContain("glibc 2.36");
    expect(run.out).toContain(`Colophon is at ${url}\n`);
  });

  test("an app that is not well yet, or could not run its self-test, is asked again", async () => {
    const notRun = { selfTest: "It could not be run: another one is under way" };
    const { url, asked } = await serve(
      well,
      { status: 200, body: { ...well.body, status: "degraded" } },
      { status: 200, body: { ...well.body, details: notRun } },
      well,
    );
    const run = await deployed(url);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/Waiting for the self-test to pass: at most 4 times/);
    expect(asked.map(({ url: path }) => path)).toEqual([
      "/api/health",
      ...Array<string>(3).fill("/api/health?deep=1"),
    ]);
  });

  test("whatever az fails at stops it, and what the doctor fails at does not", async () => {
    const { url } = await serve(well);
    const runs = await failEach((...instead) => deployed(url, ...instead));
    expect(runs.map(([command]) => command)).toEqual(["az keyvault secret show", "npm run"]);
    expect(Object.fromEntries(runs)["npm run"]?.code).toBe(0);
    for (const [command, run] of runs.filter(([name]) => name !== "npm run")) expectToldFailure(run, command);
  });

  test("the key is in no argument, and is not printed", async () => {
    const { url } = await serve(well);
    const run = await deployed(url);
    expect([...linesOf(run), run.out, run.err].join("\n")).not.toContain(key);
  });

  test("what the doctor finds does not undo a deployment that answers", async () => {
    const { url } = await serve(well);
    const run = await deployed(url, { when: "doctor", out: "telemetry: none arrived\n", code: 1 });
    expect(run.code).toBe(0);
    expect(run.out).toMatch(
      /telemetry: none arrived[\s\S]*The doctor has found what to look at[\s\S]*Colophon is at/,
    );
  });

  test.each<[string, readonly Reply[], readonly RegExp[]]>([
    ["the app has no functions", [{ status: 404 }], [/no functions/, /AzureFunctionsDiagnosticEvents/]],
    [
      "the app stays unready",
      [{ status: 503, body: { status: "unready" } }],
      [/"unready"[\s\S]*not ready \(HTTP 503\)/],
    ],
    [
      "the app does not know its key",
      [{ status: 200, body: { status: "ok" } }],
      [/does not know its function key/, /FUNCTION_KEY/],
    ],
    [
      "the self-test fails",
      [well, { status: 503, body: { status: "unready" } }],
      [/self-test does not pass \(HTTP 503\)/],
    ],
    [
      "the app stays degraded",
      [well, { status: 200, body: { ...well.body, status: "degraded" } }],
      [/self-test does not pass \(HTTP 200\)[\s\S]*npm run doctor/],
    ],
    [
      "the self-test cannot be run",
      [well, { status: 200, body: { ...well.body, details: { selfTest: "It could not be run: x" } } }],
      [/self-test does not pass/],
    ],
  ])("it fails, and says what to do, when %s", async (_, replies, says) => {
    const { url } = await serve(...replies);
    const run = await deployed(url);
    expect(run).toMatchObject({ code: 1, left: [] });
    for (const words of says) expect(run.err).toMatch(words);
    expect(run.out).not.toContain("Colophon is at");
  });

  test("without curl, the hook says so", async () => {
    const run = await runHook("after-deploy.sh", good, { ...env, APP_URL: "http://a" }, { without: "curl" });
    expect([run.code, run.err]).toEqual([
      1,
      expect.stringMatching(/^ERROR: curl is not installed\.\n {7}\S/),
    ]);
  });

  test("it fails, and says what to do, when no app answers, or the key cannot be read", async () => {
    const gone = await deployed("http://127.0.0.1:9");
    expect(gone).toMatchObject({ code: 1 });
    expect(gone.err).toMatch(/curl: [\s\S]*ERROR: .* does not answer/);
    const { url } = await serve(well, { status: 0 });
    const silent = await deployed(url);
    expect(silent).toMatchObject({ code: 1 });
    expect(silent.err).toMatch(/curl: [\s\S]*ERROR: .*self-test does not pass \(HTTP 000\)/);
    const closed = await deployed("http://127.0.0.1:9", {
      when: "secret show",
      err: "(Forbidden)\n",
      code: 1,
    });
    expect(closed).toMatchObject({ code: 1 });
    expect(closed.err).toMatch(/cannot be read from the vault kv-ada[\s\S]*azd provision/);
  });
});

test.each(["after-provision.sh", "after-deploy.sh"])(
  "%s says so where it has no place for what it keeps for a moment",
  async (hook) => {
    const nowhere = { TMPDIR: "/dev/null/nowhere", APP_URL: "http://127.0.0.1:9" };
    const run = await runHook(hook, [], { ...env, ...nowhere });
    expect([run.code, run.err]).toEqual([
      1,
      expect.stringMatching(/ERROR: No temporary folder can be made\.\n {7}.*TMPDIR/),
    ]);
  },
);
