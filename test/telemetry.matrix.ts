import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startIngestionServer } from "./support/ingestion-server.ts";
import type { IngestionServer } from "./support/ingestion-server.ts";
import { repository } from "./support/repository.ts";
import { ingest, startApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const DATA_DIR = temporaryFolder();
const coldStarts = 20;
let server: IngestionServer;

beforeAll(async () => {
  await ingest(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  server = await startIngestionServer(DATA_DIR);
}, 60_000);
afterAll(() => server.close());

test("of twenty cold starts with one question each, none loses anything", async () => {
  const complete: boolean[] = [];
  for (let start = 0; start < coldStarts; start += 1) {
    const seen = server.envelopes.length;
    const app = await startApp({ DATA_DIR, ...server.env });
    await app.ask("give me your facebook id");
    await app.stop();
    const names = server.envelopes.slice(seen).map(({ data }) => data.baseType);
    const count = (type: string): number => names.filter((name) => name === type).length;
    complete.push(
      count("RequestData") === 1 && count("RemoteDependencyData") === 11 && count("MessageData") === 8,
    );
  }
  expect(complete).toEqual(complete.map(() => true));
}, 600_000);
