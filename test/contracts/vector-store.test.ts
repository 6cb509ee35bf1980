import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createEmbeddedChromaIndex } from "../../src/adapters/embedded-chroma-index.ts";
import { createServerChromaIndex } from "../../src/adapters/server-chroma-index.ts";
import { startRealEngine } from "../support/real-engine.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { describeKnowledgeIndex } from "./vector-store-contract.ts";
import { silentTelemetry as telemetry } from "../../src/ports/telemetry.ts";

const root = temporaryFolder();
const share = (name: string): string => {
  mkdirSync(join(root, name));
  return join(root, name);
};
const embedded = (localFolder: string, version: string) => () =>
  Promise.resolve(
    createEmbeddedChromaIndex({
      localFolder: join(root, localFolder),
      startEngine: startRealEngine,
      engine: { platform: "linux-x64", version },
      telemetry,
    }),
  );

describeKnowledgeIndex("an embedded engine", { create: embedded("local", "1.0.5"), share: share("a") });

describeKnowledgeIndex("a Chroma server", {
  create: async () => {
    const { url } = await startRealEngine(join(root, "server"), AbortSignal.timeout(30_000));
    return createServerChromaIndex({ url, telemetry });
  },
  share: share("b"),
});

test("closed generations and finished builds leave no copy behind", () => {
  expect(readdirSync(join(root, "local"))).toEqual([]);
});
