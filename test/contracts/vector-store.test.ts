import { createEmbeddedChromaIndex } from "../../src/adapters/embedded-chroma-index.ts";
import { createServerChromaIndex } from "../../src/adapters/server-chroma-index.ts";
import { startRealEngine } from "../support/real-engine.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { describeKnowledgeIndex } from "./vector-store-contract.ts";

const telemetry = { log: () => undefined };
const dataFolder = temporaryFolder();
const serverFolder = temporaryFolder();

describeKnowledgeIndex("an embedded engine", () =>
  Promise.resolve(createEmbeddedChromaIndex({ dataFolder, startEngine: startRealEngine, telemetry })),
);

describeKnowledgeIndex("a Chroma server", async () => {
  const { url } = await startRealEngine(serverFolder, AbortSignal.timeout(30_000));
  return createServerChromaIndex({ url, telemetry });
});
