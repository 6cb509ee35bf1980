const { readFileSync, readdirSync } = require("node:fs");
const path = require("node:path");
const config = require("./jest.config.cjs");

const root = path.join(__dirname, "test");
const built = path.join(root, "support", "dist.ts");

/** Whether a file imports dist.ts, directly or through other files of the tests. */
const needsBuild = (file, seen = new Set()) => {
  if (file === built) return true;
  if (seen.has(file)) return false;
  seen.add(file);
  return [...readFileSync(file, "utf8").matchAll(/^(?:import|\}).* from "(\.{1,2}\/[^"]+\.ts)"/gm)]
    .map(([, name]) => path.join(path.dirname(file), name))
    .some((imported) => imported.startsWith(root) && needsBuild(imported, seen));
};

const stories = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => path.join(root, name));

/** Stories that need no build, and are left to `npm test`: with them the set takes more than 20 s. */
const long = new Set(
  [
    // processes, and builds in folders of their own
    "build.test.ts",
    "infra/hooks.test.ts",
    "local-host/invocations.test.ts",
    "local-host/life-cycle.test.ts",
    "local-host/routes.test.ts",
    "local-host/streaming.test.ts",
    // many engines, ingests or apps
    "answer-flow.test.ts",
    "contracts/embedder.test.ts",
    "contracts/vector-store.test.ts",
    "engine/start-engine.test.ts",
    "follow-ups.test.ts",
    "models-as-they-are.test.ts",
    "openai-mode.test.ts",
    "remote-embeddings.test.ts",
    "starters.test.ts",
    "style-stays-private.test.ts",
    "what-is-served.test.ts",
    // large parsers, and answers made to hurt
    "infra/queries.test.ts",
    "infra/templates.test.ts",
    "web/markdown.test.ts",
    // client libraries; pins.test.ts says for every protocol what goes over the wire
    "clients/ai-chat-protocol.test.ts",
    "clients/ai-sdk.test.ts",
    "clients/mcp.test.ts",
    "clients/openai.test.ts",
    // deadlines
    "contracts/snapshot-store.test.ts",
    "generations.test.ts",
  ].map((name) => path.join(root, name)),
);

for (const file of long)
  if (!stories.includes(file)) throw new Error(`${file} is listed as long, and is no story.`);

/** @type {import("jest").Config} Stories that are quick and run from the sources alone: `npm run test:unit`. */
module.exports = { ...config, testMatch: stories.filter((file) => !long.has(file) && !needsBuild(file)) };
