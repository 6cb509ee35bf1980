/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "<rootDir>/test/support/node-environment.cjs",
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  transform: { "\\.ts$": ["@swc/jest", { jsc: { target: "es2023", parser: { syntax: "typescript" } } }] },
  // its "require" entry names a file that is not in the package
  moduleNameMapper: {
    "^@microsoft/ai-chat-protocol$": "<rootDir>/node_modules/@microsoft/ai-chat-protocol/dist/cjs/index.js",
  },
  // what is packaged there has the app's name a second time
  modulePathIgnorePatterns: ["<rootDir>/dist/"],
  testTimeout: 60_000,
  // every worker may start engines, and the machines have two cores
  maxWorkers: 2,
};
