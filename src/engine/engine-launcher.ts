/*
 * The child process that carries the Chroma engine: `engine-launcher.cjs <binding> run --path …`.
 *
 * The engine blocks its thread and was seen to ignore SIGTERM, so it runs in a worker thread, and the
 * main thread stays free to notice that the parent is gone: its standard input closes, even when the
 * parent was ended by SIGKILL. It imports nothing of ours, to start fast and stay small.
 */
import { Worker, isMainThread, workerData } from "node:worker_threads";

interface Binding {
  cli(words: readonly string[]): void;
}

/** Tells the parent that the binding could not be loaded, rather than that the engine failed. */
const bindingNotLoaded = 78;

const [binding = "", ...words] = isMainThread ? process.argv.slice(2) : (workerData as string[]);

if (isMainThread) {
  process.stdin.on("error", () => process.kill(process.pid, "SIGKILL"));
  process.stdin.on("end", () => process.kill(process.pid, "SIGKILL"));
  process.stdin.resume();
  new Worker(__filename, { workerData: [binding, ...words] }).on("exit", (code) => process.exit(code || 1));
} else {
  let loaded: Binding;
  try {
    // eslint-disable-next-line typescript/no-require-imports -- which package it is depends on the platform
    loaded = require(binding) as Binding;
  } catch (error) {
    process.stderr.write(
      `${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}\n`,
    );
    process.exit(bindingNotLoaded);
  }
  loaded.cli(["chroma", ...words]);
}
