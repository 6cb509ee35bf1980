import { answerOf } from "../answer-of.ts";
import { readJsonBody } from "../body.ts";
import { answerErrors } from "../errors.ts";
import { errorResponse, jsonResponse } from "../response.ts";
import type { Route } from "../route.ts";
import { streamAnswer } from "../stream.ts";
import { chatRequest, parseChatRequest } from "./request.ts";
import { aiChatKeepAlive, collectAiChat, encodeAiChatStream } from "./response.ts";
import { aiChatCompletion, aiChatLine } from "./schemas.ts";

/** `POST /api/chat`: the whole answer as one JSON object. */
export const chatRoute: Route = {
  name: "chat",
  path: "api/chat",
  operations: {
    POST: {
      summary: "Answers a question (AI Chat Protocol)",
      body: chatRequest,
      answers: [{ status: 200, about: "The whole answer.", schema: aiChatCompletion }],
      errors: answerErrors,
      handle: async (call) => {
        const { session, ...asked } = parseChatRequest(await readJsonBody(call.request));
        const collected = await collectAiChat(await answerOf(call, asked, { live: false }), session);
        return "error" in collected ? errorResponse(collected.error) : jsonResponse(200, collected.body);
      },
    },
  },
};

/** `POST /api/chat/stream`: the answer as lines of JSON. */
export const chatStreamRoute: Route = {
  name: "chat-stream",
  path: "api/chat/stream",
  operations: {
    POST: {
      summary: "Answers a question as it comes (AI Chat Protocol)",
      body: chatRequest,
      answers: [
        {
          status: 200,
          about: "A line of JSON for the sources, for each piece of text, and for the end or an error.",
          contentType: "application/jsonl",
          schema: aiChatLine,
        },
      ],
      errors: answerErrors,
      handle: async (call) => {
        const { session, ...asked } = parseChatRequest(await readJsonBody(call.request));
        return streamAnswer(await answerOf(call, asked, { live: true }), {
          encode: (events) => encodeAiChatStream(events, session),
          contentType: "application/jsonl; charset=utf-8",
          keepAlive: aiChatKeepAlive,
        });
      },
    },
  },
};
