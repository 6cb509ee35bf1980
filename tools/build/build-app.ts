import { writeFile } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { BuildOptions, Plugin } from "esbuild";

/*
 * Builds the app and its command line into dist, and says in dist/meta.json what of. What not every
 * process needs, or not at once, goes into files of its own: a cold start waits for all that it reads.
 */
const root = join(import.meta.dirname, "..", "..");

/** Parts of the app that become bundles of their own: where they are imported late, the bundle is what is loaded. */
const bundlesApart = [
  "src/adapters/azure-monitor/azure-monitor-telemetry.ts",
  "src/adapters/mcp-endpoint.ts",
  "src/adapters/openai/o200k-base.ts",
  "src/ingest/ingest-corpus.ts",
];

const partsApart: Plugin = {
  name: "parts-apart",
  setup: (plugin) => {
    plugin.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
      const isLate = kind === "dynamic-import" || kind === "require-call";
      if (!isLate || !bundlesApart.includes(relative(root, join(resolveDir, path)).replaceAll(sep, "/")))
        return undefined;
      return { path: `./${basename(path, ".ts")}.cjs`, external: true };
    });
  },
};

/** Read when a model, Entra ID or a share without a mount is first asked; together three times as large as the app. */
const sdks: Readonly<Record<string, string>> = {
  "@azure/identity": "sdk-azure-identity",
  "@azure/storage-file-share": "sdk-azure-storage-file-share",
  openai: "sdk-openai",
};

const sdksApart: Plugin = {
  name: "sdks-apart",
  setup: (plugin) => {
    plugin.onResolve({ filter: new RegExp(`^(?:${Object.keys(sdks).join("|")})$`) }, ({ path, kind }) =>
      kind === "entry-point" ? undefined : { path: `./${sdks[path]}.cjs`, external: true },
    );
  },
};

/**
 * What Application Insights brings along, and nothing here uses: exporters to other systems, hooks into
 * libraries, its older interface, live metrics. What is switched on all the same fails the build's tests.
 */
const unused = new RegExp(
  `^(?:${[
    "@grpc/grpc-js",
    "@microsoft/applicationinsights-web-snippet",
    "@opentelemetry/configuration",
    "@opentelemetry/exporter-(?:logs|metrics|trace)-otlp-(?:grpc|http|proto)",
    "@opentelemetry/exporter-(?:prometheus|zipkin)",
    "@opentelemetry/instrumentation-(?:bunyan|http|mongodb|mysql|pg|redis|winston)",
    "@opentelemetry/otlp-(?:exporter-base|grpc-exporter-base|transformer)",
    "@opentelemetry/propagator-(?:b3|jaeger)",
    "@opentelemetry/winston-transport",
    String.raw`\./shim/(?:applicationinsights|telemetryClient)`,
    String.raw`\./quickpulse/liveMetrics\.js`,
    String.raw`\./(?:performanceCounters|standardMetrics)\.js`,
    String.raw`\./browserSdkLoader/browserSdkLoader\.js`,
  ].join("|")})$`,
);

/**
 * Asks a server of Microsoft's every hour what the exporter should do, and tells it the instrumentation key, the region
 * and the system. No setting turns that off.
 */
const remoteControl = /^\.\/configurationWorker\.js$/;

/** More than halves the time that the telemetry takes to load. */
const withoutUnused: Plugin = {
  name: "without-unused",
  setup: (plugin) => {
    plugin.onResolve({ filter: remoteControl }, ({ path }) => ({ path, namespace: "remote-control" }));
    plugin.onLoad({ filter: /.*/, namespace: "remote-control" }, () => ({
      contents: "exports.ConfigurationWorker = class { shutdown() {} };",
    }));
    plugin.onResolve({ filter: unused }, ({ path }) => ({ path, namespace: "unused" }));
    plugin.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** The vocabulary is a literal of 200,000 tokens: as JSON it is read in less than half of the time. */
const vocabularyAsJson: Plugin = {
  name: "vocabulary-as-json",
  setup: (plugin) => {
    plugin.onLoad({ filter: /[\\/]bpeRanks[\\/]\w+\.js$/ }, async ({ path }) => {
      const { default: vocabulary } = (await import(pathToFileURL(path).href)) as { default: unknown[] };
      // JSON has no holes
      if (vocabulary.includes(undefined)) return undefined;
      return { contents: `export default JSON.parse(${JSON.stringify(JSON.stringify(vocabulary))})` };
    });
  },
};

const common = {
  absWorkingDir: root,
  outdir: "dist",
  entryNames: "[name]",
  outExtension: { ".js": ".cjs" },
  metafile: true,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  // what is imported late is required: the other loader takes 50 ms to find a module
  supported: { "dynamic-import": false },
  // names are kept as they are written: a stack trace should say something
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: "linked",
  sourcesContent: false,
  mainFields: ["module", "main"],
  external: ["@azure/functions-core", "onnxruntime-node"],
  logLevel: "warning",
} satisfies BuildOptions;

const builds = await Promise.all([
  build({
    ...common,
    entryPoints: [
      "src/main.ts",
      "src/cli/*.ts",
      "tools/settings.ts",
      "tools/bench/bench.ts",
      "tools/package/package.ts",
      "tools/package/package-measure.ts",
      "src/local-host/local-host.ts",
      "src/engine/engine-launcher.ts",
      "src/adapters/mcp-endpoint.ts",
      "src/ingest/ingest-corpus.ts",
    ],
    plugins: [sdksApart, partsApart],
  }),
  build({
    ...common,
    entryPoints: ["src/adapters/azure-monitor/azure-monitor-telemetry.ts"],
    plugins: [sdksApart, withoutUnused],
  }),
  build({ ...common, entryPoints: ["src/adapters/openai/o200k-base.ts"], plugins: [vocabularyAsJson] }),
  build({ ...common, entryPoints: Object.entries(sdks).map(([name, file]) => ({ in: name, out: file })) }),
]);

await writeFile(
  join(root, "dist", "meta.json"),
  JSON.stringify({
    inputs: Object.assign({}, ...builds.map(({ metafile }) => metafile.inputs)) as object,
    outputs: Object.assign({}, ...builds.map(({ metafile }) => metafile.outputs)) as object,
  }),
);
