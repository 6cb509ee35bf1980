import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ModelServer } from "../../config/read-models.ts";
import { AppError } from "../../shared/app-error.ts";
import type { Conversation, ConversationFile } from "./file.ts";

interface StandIn {
  readonly model: ModelServer;
  stop(): void;
}

/**
 * Takes a model's place where there is none: a server that gives the questions written in the file. What
 * is measured with it is the way there and back, not a model. Fails with `bad_request` where one is missing.
 */
export const startStandInModel = async ({ corpora }: ConversationFile): Promise<StandIn> => {
  const conversations = corpora.flatMap((corpus) => corpus.conversations);
  const missing = conversations.find(({ standAlone }) => standAlone === undefined);
  if (missing) {
    const ways = "configure a model, or write what one would make of it as its standAlone";
    throw new AppError("bad_request", `"${missing.second}" cannot be asked with a model: ${ways}.`);
  }
  const server = createServer((request, response) => void answer(request, response, conversations));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    model: { kind: "openai", baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: undefined, model: "stand-in" },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  conversations: readonly Conversation[],
): Promise<void> => {
  const content = rewritten(await text(request), conversations);
  const choice = { index: 0, finish_reason: "stop", message: { role: "assistant", content } };
  response.setHeader("content-type", "application/json").end(JSON.stringify({ choices: [choice] }));
};

interface RewriteRequest {
  readonly messages: readonly { readonly content: string }[];
}

interface Rewrite {
  readonly conversation: readonly { readonly content: string }[];
  readonly question: string;
}

const rewritten = (body: string, conversations: readonly Conversation[]): string | undefined => {
  const { messages } = JSON.parse(body) as RewriteRequest;
  const { conversation, question } = JSON.parse(messages.at(-1)?.content ?? "") as Rewrite;
  return conversations.find(({ first, second }) => second === question && first === conversation[0]?.content)
    ?.standAlone;
};
