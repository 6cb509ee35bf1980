import { afterAll } from "@jest/globals";
import { machineEnvironment } from "../../src/config/machine-environment.ts";
import { engineBinding } from "../../src/engine/engine-binding.ts";
import { createStartEngine } from "../../src/engine/start-engine.ts";
import type { StartEngine, VectorEngine } from "../../src/ports/vector-engine.ts";
import { prepared } from "./prepared.ts";

const started: VectorEngine[] = [];

afterAll(async () => {
  await Promise.all(started.map((engine) => engine.stop()));
});

/** Starts real engines, which end with the test file. */
export const startRealEngine: StartEngine = async (folder, signal) => {
  const start = createStartEngine({
    launcher: prepared.launcher,
    binding: engineBinding(),
    environment: machineEnvironment(),
  });
  const engine = await start(folder, signal);
  started.push(engine);
  return engine;
};
