import * as z from "zod";
import { AppError } from "../shared/app-error.ts";

/** A message of the Model Context Protocol; its server checks the rest. */
export const mcpMessage = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** Takes one message: a batch would be any number of questions in one request. Fails with `bad_request`. */
export const parseMcpMessage = (body: unknown): { readonly method: string | undefined } => {
  if (Array.isArray(body)) throw new AppError("bad_request", "Batches are not taken; send one message.");
  const { method } = (body ?? {}) as { method?: unknown };
  return { method: typeof method === "string" ? method : undefined };
};
