import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { dist } from "../support/dist.ts";
import type * as ingest from "../../src/ingest/ingest-corpus.ts";
import { AppError, toAppError } from "../../src/shared/app-error.ts";

test("an error of a part that was built into a file of its own keeps its code in the app", async () => {
  const file = join(dist, "ingest-corpus.cjs");
  const { ingestCorpus } = createRequire(file)(file) as typeof ingest;
  const tools = { catalog: { current: () => Promise.resolve(undefined) }, embedder: { threshold: 0.5 } };
  const error: unknown = await ingestCorpus({ folder: "/nowhere" }, tools as never).catch(
    (failure: unknown) => failure,
  );
  expect((error as Error).constructor).not.toBe(AppError);
  expect([error instanceof AppError, toAppError(error).code]).toEqual([true, "ingest_failed"]);
  expect(new Error("AppError") instanceof AppError).toBe(false);
});
