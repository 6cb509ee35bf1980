/** What each folder of src may import of the others; each may import itself. Listed from the bottom up. */
const layers = {
  ports: [],
  shared: ["ports"],
  telemetry: ["ports", "shared"],
  config: ["shared"],
  engine: ["ports", "shared"],
  chat: ["ports", "telemetry", "shared"],
  ingest: ["ports", "telemetry", "shared"],
  generations: ["ports", "telemetry", "shared"],
  health: ["ports", "telemetry", "shared"],
  adapters: ["ports", "telemetry", "shared"],
  app: "adapters chat config engine generations health ingest ports telemetry shared".split(" "),
  http: ["app", "chat", "config", "health", "ports", "telemetry", "shared"],
  "local-host": ["shared"],
  cli: "app adapters chat config engine generations health ingest local-host ports telemetry shared".split(
    " ",
  ),
  web: [],
};

const protocols = ["ai-chat", "ai-sdk", "mcp", "openai"];

const sdks =
  "chromadb|@azure/|openai|onnxruntime-node|@huggingface/|applicationinsights|gpt-tokenizer|@modelcontextprotocol/";

const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...Object.entries(layers).map(([folder, below]) =>
      rule(
        `layer-${folder}`,
        `${folder} imports only itself${below.length > 0 ? ` and ${below.join(", ")}` : ""}.`,
        { path: `^src/${folder}/` },
        {
          path: "^(?:src|tools|test)/",
          pathNot: [
            `^src/(?:${[folder, ...below].join("|")})/`,
            // the server of a protocol comes with its SDK, and SDKs stay in adapters
            ...(folder === "http" ? ["^src/adapters/mcp-endpoint"] : []),
          ],
        },
      ),
    ),
    rule(
      "deployed-code-stands-alone",
      "src never imports tools or test.",
      { path: "^src/" },
      { path: "^(?:tools|test)/" },
    ),
    ...protocols.map((protocol) =>
      rule(
        `protocol-${protocol}`,
        "A wire protocol knows no other.",
        { path: `^src/http/${protocol}/` },
        { path: `^src/http/(?:${protocols.filter((other) => other !== protocol).join("|")})/` },
      ),
    ),
    rule(
      "azure-functions-at-the-edge",
      "@azure/functions is imported in main and serve alone: nothing else knows which host it runs on.",
      { path: "^src/", pathNot: "^src/(?:main|http/serve)\\.ts$" },
      { path: "node_modules/@azure/functions/" },
    ),
    rule(
      "sdks-in-adapters",
      "SDKs are imported in adapters and engine alone.",
      { path: "^src/", pathNot: "^src/(?:adapters|engine)/" },
      { path: `node_modules/(?:${sdks})`, pathNot: "node_modules/@azure/functions/" },
    ),
    rule(
      "one-way-to-read-arguments",
      "citty is imported in define-command alone: every command has the same help and the same errors.",
      { path: "^(?:src|tools)/", pathNot: "^src/cli/lib/define-command\\.ts$" },
      { path: "node_modules/citty/" },
    ),
    rule(
      "no-development-packages",
      "What is deployed imports no development package; the page is bundled with its own.",
      { path: "^src/", pathNot: "^src/web/" },
      { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "node_modules/@types/" },
    ),
    rule("no-circles", "No file imports itself by way of others, types included.", {}, { circular: true }),
    rule("resolvable", "Every import leads to a file or a package.", {}, { couldNotResolve: true }),
  ],
  options: {
    // with TypeScript 7 its default parser sees no `import type`, and says nothing of that
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mts", ".js", ".cjs", ".json", ".d.ts"],
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
