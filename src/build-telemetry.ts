import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import type { Metafile } from "esbuild";

/*
 * Builds dist/azure-monitor-telemetry.cjs, which is read only where telemetry is sent. Application
 * Insights comes with exporters to other systems, which nothing here uses and each cold start would
 * read: they are left out, which halves the time that it takes to load.
 */
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

const root = join(import.meta.dirname, "..");

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: ["src/adapters/azure-monitor-telemetry.ts"],
  outfile: "dist/azure-monitor-telemetry.cjs",
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
  plugins: [
    {
      name: "without-unused",
      setup: (plugin) => {
        const filter = new RegExp(`^(?:${unused.join("|")})$`);
        plugin.onResolve({ filter }, ({ path }) => ({ path, namespace: "unused" }));
        plugin.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
      },
    },
  ],
});

// beside what the rest of the app is made of: the package reads both from there
const metaFile = join(root, "dist", "meta.json");
const rest = JSON.parse(await readFile(metaFile, "utf8")) as Metafile;
const both: Metafile = {
  inputs: { ...rest.inputs, ...metafile.inputs },
  outputs: { ...rest.outputs, ...metafile.outputs },
};
await writeFile(metaFile, JSON.stringify(both));
