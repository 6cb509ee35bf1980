import type { Parts } from "../../app/parts.ts";
import { createLiveGeneration } from "../../generations/live-generation.ts";
import type { LiveGeneration } from "../../ports/generation.ts";

/** What is served, and stays so for the whole of a command; without anything published, it fails with `no_knowledge`. */
export const servedGenerations = ({ catalog, index, embedders, telemetry }: Parts): LiveGeneration =>
  createLiveGeneration({
    catalog,
    index,
    openEmbedder: embedders.named,
    openBundled: undefined,
    swap: "beside",
    refreshMs: Number.POSITIVE_INFINITY,
    telemetry,
  });
