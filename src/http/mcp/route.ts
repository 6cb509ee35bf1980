import { describeKnowledge } from "../../chat/describe-knowledge.ts";
import { mcpMessage, parseMcpMessage } from "./request.ts";
import { readJsonBody } from "../body.ts";
import { unnamedSubject } from "../../shared/unnamed-subject.ts";
import { jsonRpcError, jsonRpcResult, mcpErrorForm } from "./schemas.ts";
import { appVersion } from "../../app/version.ts";
import { withSignal } from "../../shared/with-signal.ts";
import { mcpTools } from "./tools.ts";
import type { Call, Route } from "../route.ts";

/** `POST /api/mcp`: the Model Context Protocol over streamable HTTP, without sessions. */
export const mcpRoute: Route = {
  name: "mcp",
  path: "api/mcp",
  errorForm: mcpErrorForm,
  operations: {
    POST: {
      summary: "Takes a message of the Model Context Protocol (streamable HTTP, without sessions)",
      description: "Tools: `ask` and `search_knowledge`. There is no stream to GET and no session to DELETE.",
      body: mcpMessage,
      answers: [
        { status: 200, about: "The response to a request.", schema: jsonRpcResult },
        { status: 202, about: "A notification was taken in." },
        { status: 400, about: "It is no message, or of an unknown version.", schema: jsonRpcError },
        { status: 406, about: "JSON and event streams are to be accepted.", schema: jsonRpcError },
        { status: 415, about: "It is not sent as JSON.", schema: jsonRpcError },
      ],
      errors: ["deadline_exceeded"],
      handle: async (call) => {
        const { headers, url } = call.request;
        const body = await readJsonBody(call.request);
        const subject = await subjectOf(parseMcpMessage(body).method, call);
        const { answerMcp } = await import("../../adapters/mcp-endpoint.ts");
        const endpoint = {
          version: appVersion,
          instructions: `Answers questions about ${subject} from their own files.`,
          tools: mcpTools(call, subject),
        };
        const response = await withSignal(answerMcp({ headers, url, body }, endpoint), call.signal);
        const text = await response.text();
        return {
          status: response.status,
          headers: {
            "cache-control": "no-store",
            ...(text === "" ? {} : { "content-type": "application/json; charset=utf-8" }),
          },
          ...(text === "" ? {} : { body: text }),
        };
      },
    },
  },
};

/** Whom the descriptions name. They are read before the first call, and good without it. */
const subjectOf = async (method: string | undefined, { access, signal }: Call): Promise<string> => {
  if (method !== "initialize" && method !== "tools/list") return unnamedSubject;
  const about = await access()
    .then((app) => describeKnowledge(app, signal))
    .catch(() => undefined);
  return about?.subject ?? unnamedSubject;
};
