import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineEnvironment } from "../../config/machine-environment.ts";
import type { Config } from "../../config/read-config.ts";
import { engineBinding } from "../../engine/engine-binding.ts";
import { createStartEngine } from "../../engine/start-engine.ts";
import { messageOf } from "../../shared/app-error.ts";
import { ok, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const startTimeoutMs = 20_000;
const serverTimeoutMs = 5_000;

/** Starts an engine of its own on an empty folder, or asks the server that was named. */
export const checkEngine = ({ appRoot, chroma }: Config): Promise<readonly Finding[]> =>
  chroma.mode === "server" ? checkServer(chroma.url) : checkEmbedded(appRoot);

const checkEmbedded = async (appRoot: string): Promise<readonly Finding[]> => {
  const folder = await mkdtemp(join(tmpdir(), "colophon-doctor-"));
  const start = createStartEngine({
    launcher: join(appRoot, "dist", "engine-launcher.cjs"),
    binding: engineBinding(),
    environment: machineEnvironment(),
  });
  const startedAt = performance.now();
  try {
    const engine = await start(folder, AbortSignal.timeout(startTimeoutMs));
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    await engine.stop();
    return [ok("engine", `starts and answers (${seconds} s)`)];
  } catch (error) {
    return [wrong("engine", messageOf(error), "Run npm ci; the line about the system above may say more.")];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const checkServer = async (url: string): Promise<readonly Finding[]> => {
  const remedy =
    "Start the server, or fix CHROMA_URL; without CHROMA_MODE=server the app brings its own engine.";
  try {
    const signal = AbortSignal.timeout(serverTimeoutMs);
    const response = await fetch(new URL("/api/v2/version", url), { signal });
    if (response.ok)
      return [ok("engine", `the Chroma server at ${url} answers (${(await response.text()).trim()})`)];
    const found = `What is at ${url} is no Chroma server that this app can use: it answered ${response.status}.`;
    return [wrong("engine", found, remedy)];
  } catch (error) {
    return [wrong("engine", `The Chroma server at ${url} cannot be reached: ${messageOf(error)}.`, remedy)];
  }
};
