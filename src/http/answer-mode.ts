import * as z from "zod";

export const answerMode = z
  .enum(["generated", "extractive", "refused"])
  .describe("Worded by a model, quoted from the sources, or refused for want of any.");
