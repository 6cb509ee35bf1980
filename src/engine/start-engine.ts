import type { StartEngine } from "../ports/vector-engine.ts";
import { singleFlight } from "../shared/single-flight.ts";
import { toAppError } from "../shared/app-error.ts";
import { launchEngine } from "./engine-process.ts";
import type { EngineProcess } from "./engine-process.ts";
import { freePort } from "./free-port.ts";

const startTimeoutMs = 15_000;

interface EngineOptions {
  /** The built `engine-launcher.cjs`. */
  readonly launcher: string;
  /** The npm package that carries the engine. */
  readonly binding: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Makes a `StartEngine` from the launcher's file and the binding to load. */
export const createStartEngine =
  (options: EngineOptions): StartEngine =>
  async (folder, signal) => {
    const port = await freePort();
    let current = launchEngine({ ...options, folder, port });
    await readyOrEnded(current, signal);

    const restart = singleFlight(async () => {
      if (current.running) return;
      current = launchEngine({ ...options, folder, port });
      await readyOrEnded(current, AbortSignal.timeout(startTimeoutMs));
    });

    return {
      url: `http://127.0.0.1:${port}`,
      get pid() {
        return current.pid;
      },
      get running() {
        return current.running;
      },
      restart,
      stop: () => current.stop(),
    };
  };

const readyOrEnded = async (engine: EngineProcess, signal: AbortSignal): Promise<void> => {
  try {
    await engine.ready(AbortSignal.any([signal, AbortSignal.timeout(startTimeoutMs)]));
  } catch (error) {
    await engine.stop();
    throw toAppError(error, "engine_unavailable");
  }
};
