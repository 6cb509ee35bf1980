import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appFaults } from "./app-faults.ts";
import { createBase } from "./base.ts";
import { atEnd, cleanUpOnExit } from "./clean-up.ts";
import { currentFaults } from "./current-faults.ts";
import { engineFaults } from "./engine-faults.ts";
import type { Fault } from "./fault.ts";
import { generationFaults } from "./generation-faults.ts";
import { manyPublications } from "./many-publications.ts";
import { publisherFaults } from "./publisher-faults.ts";
import { publishingFaults } from "./publishing-faults.ts";
import { holds, renderDetails, renderTable } from "./render-rows.ts";
import { playScene } from "./scene.ts";
import type { Row } from "./scene.ts";
import { shareFaults } from "./share-faults.ts";
import { slowRestFault } from "./slow-rest-fault.ts";
import { whereTheShareIs } from "./where-the-share-is.ts";

const faults: readonly Fault[] = [
  ...engineFaults,
  ...publishingFaults,
  ...currentFaults,
  ...generationFaults,
  ...shareFaults,
  slowRestFault,
  ...publisherFaults,
  ...appFaults,
  manyPublications,
];

const write = (line: string): void => void process.stdout.write(`${line}\n`);

const chosen = (names: readonly string[]): readonly Fault[] => {
  const unknown = names.find((name) => !faults.some((fault) => fault.name === name));
  if (unknown === undefined)
    return names.length > 0 ? faults.filter(({ name }) => names.includes(name)) : faults;
  throw new Error(`There is no fault ${unknown}, only ${faults.map(({ name }) => name).join(", ")}.`);
};

const run = async (): Promise<number> => {
  const selected = chosen(process.argv.slice(2));
  const root = mkdtempSync(join(tmpdir(), "colophon-faults-"));
  atEnd(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
  const base = await createBase(join(root, "base"));
  const rows: Row[] = [];
  for (const fault of selected) {
    const row = await playScene(fault, base, root).catch((error: unknown): Row => ({
      title: fault.title,
      verified: [],
      problems: [String(error)],
    }));
    rows.push(row);
    write(renderDetails(row));
  }
  write(`\n${renderTable(rows)}\n\n${whereTheShareIs()}\n`);
  const counted = rows.filter(({ notRun }) => notRun === undefined);
  const passed = counted.filter(holds).length;
  write(`${passed} passed, ${counted.length - passed} failed`);
  return passed === counted.length ? 0 : 1;
};

cleanUpOnExit();
run().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
