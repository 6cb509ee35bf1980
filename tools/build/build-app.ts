import { writeFile } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { BuildOptions, Plugin } from "esbuild";
import { appBundles, commandSources, lateBundles, sdkBundles } from "./bundles.ts";

/*
 * Builds the app and its commands into dist, and writes to dist/meta.json which sources each file is built from.
 */
const root = join(import.meta.dirname, "..", "..");

const lateSources: readonly string[] = Object.values(lateBundles);

/** A late import of a source that is a bundle of its own loads that bundle. */
const requireLateBundles: Plugin = {
  name: "require-late-bundles",
  setup: (plugin) => {
    plugin.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
      const isLate = kind === "dynamic-import" || kind === "require-call";
      if (!isLate || !lateSources.includes(relative(root, join(resolveDir, path)).replaceAll(sep, "/")))
        return undefined;
      return { path: `./${basename(path, ".ts")}.cjs`, external: true };
    });
  },
};

const sdkBundleOf = new Map(Object.entries(sdkBundles).map(([bundle, name]) => [name as string, bundle]));

/** An import of an SDK loads its bundle. */
const requireSdkBundles: Plugin = {
  name: "require-sdk-bundles",
  setup: (plugin) => {
    plugin.onResolve({ filter: new RegExp(`^(?:${[...sdkBundleOf.keys()].join("|")})$`) }, ({ path, kind }) =>
      kind === "entry-point" ? undefined : { path: `./${sdkBundleOf.get(path)}.cjs`, external: true },
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
      ...commandSources,
      ...Object.values(appBundles),
      lateBundles["mcp-endpoint"],
      lateBundles["ingest-corpus"],
    ],
    plugins: [requireSdkBundles, requireLateBundles],
  }),
  build({
    ...common,
    entryPoints: [lateBundles["azure-monitor-telemetry"]],
    plugins: [requireSdkBundles, withoutUnused],
  }),
  build({ ...common, entryPoints: [lateBundles["o200k-base"]], plugins: [vocabularyAsJson] }),
  build({ ...common, entryPoints: Object.entries(sdkBundles).map(([out, name]) => ({ in: name, out })) }),
]);

await writeFile(
  join(root, "dist", "meta.json"),
  JSON.stringify({
    inputs: Object.assign({}, ...builds.map(({ metafile }) => metafile.inputs)) as object,
    outputs: Object.assign({}, ...builds.map(({ metafile }) => metafile.outputs)) as object,
  }),
);
