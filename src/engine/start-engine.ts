import type { StartEngine } from "../ports/vector-engine.ts";
import { toAppError } from "../shared/app-error.ts";
import { launchEngine } from "./engine-process.ts";
import type { EngineProcess } from "./engine-process.ts";
import { freePort } from "./free-port.ts";
import { superviseEngine } from "./supervise-engine.ts";

const startTimeoutMs = 15_000;

interface EngineProgram {
  /** The built `engine-launcher.cjs`. */
  readonly launcher: string;
  /** The npm package that carries the engine. */
  readonly binding: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Called whenever an engine that exited or hung runs again. */
  readonly onRestart?: () => void;
}

/** Makes a `StartEngine` from the launcher's file and the binding to load. */
export const createStartEngine =
  (options: EngineProgram): StartEngine =>
  async (folder, signal) => {
    const { onRestart = () => undefined } = options;
    const port = await freePort();
    const launch = async (until: AbortSignal): Promise<EngineProcess> => {
      const engine = launchEngine({ ...options, folder, port });
      try {
        await engine.ready(AbortSignal.any([until, AbortSignal.timeout(startTimeoutMs)]));
        return engine;
      } catch (error) {
        await engine.stop();
        throw toAppError(error, "engine_unavailable");
      }
    };
    return superviseEngine({
      url: `http://127.0.0.1:${port}`,
      first: await launch(signal),
      launch,
      onRestart,
    });
  };
