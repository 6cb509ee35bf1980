import type { HttpHandler } from "@azure/functions";
import { answerQuestion } from "../chat/answer-question.ts";
import { errorResponse } from "../http/error-response.ts";
import { jsonResponse } from "../http/json-response.ts";
import { parseChatRequest } from "../http/parse-chat-request.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import { aiChatKeepAlive, collectAiChat, encodeAiChatStream } from "../protocols/ai-chat-protocol.ts";
import { streamAnswer } from "../http/stream-answer.ts";
import { handlePost } from "./handle-post.ts";
import type { AppAccess } from "./app-access.ts";

/** `POST /api/chat`: the whole answer as one JSON object. */
export const chat = (access: AppAccess): HttpHandler =>
  handlePost(access, async ({ app, request, requestId, signal }) => {
    const { question, history, session } = parseChatRequest(await readJsonBody(request));
    const answer = answerQuestion({ answerId: requestId, text: question, history, live: false }, app, signal);
    const collected = await collectAiChat(answer, session);
    return "error" in collected ? errorResponse(collected.error) : jsonResponse(200, collected.body);
  });

/** `POST /api/chat/stream`: the answer as lines of JSON. */
export const chatStream = (access: AppAccess): HttpHandler =>
  handlePost(access, async ({ app, request, requestId, signal }) => {
    const { question, history, session } = parseChatRequest(await readJsonBody(request));
    const answer = answerQuestion({ answerId: requestId, text: question, history, live: true }, app, signal);
    return streamAnswer(answer, {
      encode: (events) => encodeAiChatStream(events, session),
      contentType: "application/jsonl; charset=utf-8",
      keepAlive: aiChatKeepAlive,
    });
  });
