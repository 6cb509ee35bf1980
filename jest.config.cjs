const { mkdtempSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");

// what the files of one run share, see test/support/ingested-once.ts; its processes inherit the name
if (process.env.TEST_RUN_FOLDER === undefined) {
  const folder = mkdtempSync(path.join(tmpdir(), "colophon-test-run-"));
  process.env.TEST_RUN_FOLDER = folder;
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
}

// what prepare-sources.ts makes, kept between runs: the model takes a second to lay out
process.env.TEST_BUILD_FOLDER ??= path.join(__dirname, "node_modules", ".cache", "colophon-test");

// stories that run the app in their own process: there, process.env is a copy that native code does not see
process.env.ORT_DISABLE_TELEMETRY = "1";

/** @type {import("jest").Config} */
module.exports = {
  globalSetup: "<rootDir>/test/support/prepare-sources.ts",
  testEnvironment: "<rootDir>/test/support/node-environment.cjs",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  transform: {
    "\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }],
    "/node_modules/(?:ai|@ai-sdk/[^/]+|@workflow/serde)/dist/.+\\.js$": [
      "@swc/jest",
      { jsc: { target: "es2023" } },
    ],
  },
  // these come as modules alone
  transformIgnorePatterns: ["/node_modules/(?!(?:ai|@ai-sdk/[^/]+|@workflow/serde)/)"],
  // its "require" entry names a file that is not in the package
  moduleNameMapper: {
    "^@microsoft/ai-chat-protocol$": "<rootDir>/node_modules/@microsoft/ai-chat-protocol/dist/cjs/index.js",
    "^marked$": "<rootDir>/node_modules/marked/lib/marked.umd.js",
    // asked for by its file name, which is the module's alone
    "^zod/v4/locales/en\\.js$": "<rootDir>/node_modules/zod/v4/locales/en.cjs",
  },
  // what is packaged there has the app's name a second time
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  testTimeout: 60_000,
  // every worker may start engines, and the machines have two cores
  maxWorkers: 2,
};
