import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type * as z from "zod";

/** What a caller's model may call. Never throws: a failure is a result. */
export interface McpTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  readonly call: (input: Record<string, unknown>) => Promise<{
    readonly content: { readonly type: "text"; readonly text: string }[];
    readonly structuredContent?: Record<string, unknown>;
    readonly isError?: true;
  }>;
}

interface Endpoint {
  readonly version: string;
  readonly instructions: string;
  readonly tools: readonly McpTool[];
}

interface Message {
  readonly headers: { get(name: string): string | null };
  readonly url: string;
  readonly body: unknown;
}

const passedOn = ["accept", "content-type", "mcp-protocol-version", "mcp-session-id"];

/** Answers one message over streamable HTTP. Nothing is kept: every request has a server of its own. */
export const answerMcp = async (
  { headers, url, body }: Message,
  { version, instructions, tools }: Endpoint,
): Promise<Response> => {
  const server = new McpServer({ name: "colophon", title: "Colophon", version }, { instructions });
  for (const { name, title, description, input, output, call } of tools) {
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: input,
        outputSchema: output,
        annotations: { title, readOnlyHint: true, openWorldHint: false },
      },
      (given) => call(given),
    );
  }
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
  await server.connect(transport);
  try {
    const given = passedOn.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as [string, string]];
    });
    const request = new Request(url, { method: "POST", headers: given });
    return await transport.handleRequest(request, { parsedBody: body });
  } finally {
    await server.close();
  }
};
