import * as z from "zod";

/** A message that could not be taken in, as JSON-RPC says it. */
export const jsonRpcError = z
  .object({
    jsonrpc: z.literal("2.0"),
    id: z.union([z.string(), z.number(), z.null()]).optional(),
    error: z.object({ code: z.number().int(), message: z.string(), data: z.unknown().optional() }),
  })
  .meta({ title: "JsonRpcError" });

/** The response to a request: its result, or why there is none. */
export const jsonRpcResult = z.union([
  z.object({ jsonrpc: z.literal("2.0"), id: z.union([z.string(), z.number()]), result: z.looseObject({}) }),
  jsonRpcError,
]);

/** The form of errors of the Model Context Protocol, before its server has seen the message. */
export const mcpErrorForm = {
  contentType: "application/json; charset=utf-8",
  schema: jsonRpcError,
  encode: ({
    code,
    message,
    status,
  }: {
    readonly code: string;
    readonly message: string;
    readonly status: number;
  }): string =>
    JSON.stringify({
      jsonrpc: "2.0",
      id: null,
      error: { code: numberOf(code, status), message, data: { code } },
    } satisfies z.infer<typeof jsonRpcError>),
};

const numberOf = (code: string, status: number): number => {
  if (code === "bad_request") return -32_700; // a parse error: what was wrong is the body itself
  return status >= 500 ? -32_603 : -32_000;
};
