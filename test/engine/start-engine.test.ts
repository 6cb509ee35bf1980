import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { engineBinding } from "../../src/engine/engine-binding.ts";
import { launchEngine } from "../../src/engine/engine-process.ts";
import { createStartEngine } from "../../src/engine/start-engine.ts";
import { eventually, isAlive } from "../support/processes.ts";
import { prepared } from "../support/prepared.ts";
import { startRealEngine } from "../support/real-engine.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const { launcher } = prepared;
const signal = (): AbortSignal => AbortSignal.timeout(30_000);
const startWith = (binding: string) =>
  createStartEngine({ launcher, binding, environment: {} })(folder, signal());

test("an engine answers on loopback, and is gone after its stop, which may be said twice", async () => {
  const engine = await startRealEngine(join(folder, "a"), signal());
  expect((await fetch(`${engine.url}/api/v2/heartbeat`)).ok).toBe(true);
  await engine.ready(signal());
  await engine.stop();
  await engine.stop();
  expect(isAlive(engine.pid ?? 0)).toBe(false);
});

test("an engine that was killed comes back on the same address", async () => {
  const engine = await startRealEngine(join(folder, "b"), signal());
  const first = engine.pid ?? 0;
  process.kill(first, "SIGKILL");
  // at once: this process has not seen its exit event yet
  await Promise.all([engine.ready(signal()), engine.ready(signal())]);
  expect(engine.pid).not.toBe(first);
  expect((await fetch(`${engine.url}/api/v2/heartbeat`)).ok).toBe(true);
});

test("an engine that ignores the request to stop is made to", async () => {
  const engine = await startRealEngine(join(folder, "c"), signal());
  process.kill(engine.pid ?? 0, "SIGSTOP");
  await engine.stop();
  expect(isAlive(engine.pid ?? 0)).toBe(false);
});

test("an engine that hangs is found out and restarted", async () => {
  const engine = await startRealEngine(join(folder, "hung"), signal());
  const first = engine.pid ?? 0;
  process.kill(first, "SIGSTOP");
  expect(await eventually(() => !isAlive(first))).toBe(true);
  await engine.ready(signal());
  expect((await fetch(`${engine.url}/api/v2/heartbeat`)).ok).toBe(true);
});

test("an engine that dies again and again is in trouble, and goes on being restarted", async () => {
  const engine = await startRealEngine(join(folder, "loop"), signal());
  expect(engine.trouble).toBeUndefined();
  for (let crash = 0; crash < 4; crash += 1) {
    const pid = engine.pid ?? 0;
    process.kill(pid, "SIGKILL");
    await eventually(() => engine.pid !== pid);
    await engine.ready(signal());
  }
  expect(engine.trouble).toMatch(/exited \d times in a row/);
  expect((await fetch(`${engine.url}/api/v2/heartbeat`)).ok).toBe(true);
  // it stays up: so it is sound again
  expect(await eventually(() => engine.trouble === undefined, 20_000)).toBe(true);
}, 60_000);

test("a binding that is not installed is reported in one sentence, with the way out", async () => {
  await expect(startWith("chromadb-js-bindings-plan9-mips")).rejects.toMatchObject({
    code: "engine_unavailable",
    message: expect.stringMatching(
      /^The Chroma engine chromadb-js-bindings-plan9-mips does not load on this machine: Cannot find module .*CHROMA_MODE=server and CHROMA_URL\.$/,
    ),
  });
});

test("a binding that this machine cannot load is reported with the loader's own reason", async () => {
  const broken = join(folder, "broken.node");
  writeFileSync(broken, "not a library");
  await expect(startWith(broken)).rejects.toMatchObject({
    code: "engine_unavailable",
    message: expect.stringMatching(
      /does not load on this machine: .*(file too short|invalid ELF|not valid|slice is not)/,
    ),
  });
});

test("a port that is taken is reported, not waited for", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  const engine = launchEngine({
    launcher,
    binding: engineBinding(),
    folder: join(folder, "d"),
    port,
    environment: {},
  });
  await expect(engine.ready(signal())).rejects.toMatchObject({ code: "engine_unavailable" });
  taken.close();
});

test("every platform's binding has the name that chromadb gives it", () => {
  expect(engineBinding("linux", "x64")).toBe("chromadb-js-bindings-linux-x64-gnu");
  expect(engineBinding("linux", "arm64")).toBe("chromadb-js-bindings-linux-arm64-gnu");
  expect(engineBinding("darwin", "arm64")).toBe("chromadb-js-bindings-darwin-arm64");
  expect(engineBinding("win32", "x64")).toBe("chromadb-js-bindings-win32-x64-msvc");
});
