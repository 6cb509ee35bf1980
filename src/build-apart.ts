import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { BuildOptions, Metafile, Plugin } from "esbuild";

/*
 * Builds the parts that `loadApart` reads: each is as large as the rest of the app, and each cold
 * start that needs it waits for it, so both are made to load faster than they come.
 */
const root = join(import.meta.dirname, "..");

/** What Application Insights brings along, exporters to other systems, which nothing here uses. */
const unused = [
  "@grpc/grpc-js",
  "@opentelemetry/configuration",
  "@opentelemetry/exporter-logs-otlp-grpc",
  "@opentelemetry/exporter-logs-otlp-http",
  "@opentelemetry/exporter-logs-otlp-proto",
  "@opentelemetry/exporter-metrics-otlp-grpc",
  "@opentelemetry/exporter-metrics-otlp-http",
  "@opentelemetry/exporter-metrics-otlp-proto",
  "@opentelemetry/exporter-prometheus",
  "@opentelemetry/exporter-trace-otlp-grpc",
  "@opentelemetry/exporter-trace-otlp-http",
  "@opentelemetry/exporter-trace-otlp-proto",
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/otlp-transformer",
  "@opentelemetry/propagator-b3",
  "@opentelemetry/propagator-jaeger",
];

/** Halves the time that the telemetry takes to load. */
const withoutUnused: Plugin = {
  name: "without-unused",
  setup: (plugin) => {
    const filter = new RegExp(`^(?:${unused.join("|")})$`);
    plugin.onResolve({ filter }, ({ path }) => ({ path, namespace: "unused" }));
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

const common: BuildOptions = {
  absWorkingDir: root,
  metafile: true,
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  minify: true,
  keepNames: true,
  sourcemap: "linked",
  sourcesContent: false,
  mainFields: ["module", "main"],
  external: ["@azure/functions-core"],
  logLevel: "warning",
};

const built = [
  await build({
    ...common,
    entryPoints: ["src/adapters/azure-monitor-telemetry.ts"],
    outfile: "dist/azure-monitor-telemetry.cjs",
    plugins: [withoutUnused],
  }),
  await build({
    ...common,
    entryPoints: ["src/adapters/o200k-base.ts"],
    outfile: "dist/o200k-base.cjs",
    plugins: [vocabularyAsJson],
  }),
];

// beside what the rest of the app is made of: the package reads all from there
const metaFile = join(root, "dist", "meta.json");
const all = JSON.parse(await readFile(metaFile, "utf8")) as Metafile;
for (const { metafile } of built) {
  Object.assign(all.inputs, metafile?.inputs);
  Object.assign(all.outputs, metafile?.outputs);
}
await writeFile(metaFile, JSON.stringify(all));
