import { afterAll } from "@jest/globals";
import { createConsoleTelemetry } from "../../src/adapters/console-telemetry.ts";
import { composePublisher } from "../../src/app/parts.ts";
import { readConfig } from "../../src/config/read-config.ts";
import type { Config, Environment } from "../../src/config/read-config.ts";
import { createAppAccess } from "../../src/app/lazy-app.ts";
import { createHttpApp } from "../../src/http/http-app.ts";
import type { Change } from "../../src/ingest/compare-served.ts";
import { ingestCorpus } from "../../src/ingest/ingest-corpus.ts";
import type { IngestJob, IngestSummary } from "../../src/ingest/ingest-corpus.ts";
import { silentTelemetry } from "../../src/telemetry/silent.ts";
import { askedThrough } from "./asked-app.ts";
import type { AskedApp } from "./asked-app.ts";
import { prepared } from "./prepared.ts";

export interface InProcessApp extends AskedApp {
  /** What it logged so far, line by line. */
  readonly out: readonly string[];
  close(): Promise<void>;
}

const opened = new Set<InProcessApp>();

afterAll(async () => {
  for (const app of opened) await app.close();
});

/** Runs the app's sources in this process, with these settings alone: no build, no host, no port. */
export const openApp = (settings: Record<string, string>): InProcessApp => {
  const out: string[] = [];
  const format = settings["LOG_FORMAT"] === "json" ? "json" : "text";
  const telemetry = createConsoleTelemetry({ format, write: (line) => out.push(line) });
  const access = createAppAccess({ telemetry, environment: settings, readConfig: configOf });
  const http = createHttpApp(access);
  const app: InProcessApp = {
    ...askedThrough("http://127.0.0.1:7071", http.fetch),
    out,
    close: async () => {
      opened.delete(app);
      await access.made()?.generations.close();
    },
  };
  opened.add(app);
  return app;
};

/** The settings as the app reads them, with what the tests built in the place of `dist`. */
const configOf = (environment: Environment = {}): Config => ({
  ...readConfig(environment),
  buildFolder: prepared.folder,
});

/** Ingests a folder in this process, into a data folder. */
export const ingestHere = async (folder: string, settings: Record<string, string>): Promise<string> =>
  (await ingestJob({ folder }, settings)).generation;

/** The same, with all that an ingest can be asked to do and be asked about. */
export const ingestJob = async (
  job: IngestJob,
  settings: Record<string, string>,
  approve?: (change: Change) => boolean,
): Promise<IngestSummary> => {
  const config = configOf(settings);
  const publisher = await composePublisher(config, silentTelemetry);
  return ingestCorpus(job, {
    ...publisher,
    keepGenerations: config.keepGenerations,
    ...(approve ? { approve: (change) => Promise.resolve(approve(change)) } : {}),
    onProgress: () => undefined,
    signal: AbortSignal.timeout(60_000),
  });
};
