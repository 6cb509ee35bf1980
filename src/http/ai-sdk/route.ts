import { answerOf } from "../answer-of.ts";
import { readJsonBody } from "../body.ts";
import { answerErrors } from "../errors.ts";
import type { Route } from "../route.ts";
import { streamAnswer, sseContentType, sseKeepAlive } from "../stream.ts";
import { parseUiRequest, uiRequest } from "./request.ts";
import { encodeUiMessageStream, uiMessageChunk, uiMessageErrorForm, uiMessageHeaders } from "./response.ts";

/** `POST /api/ai-sdk/chat`: what the AI SDK's `useChat` asks. */
export const aiSdkChatRoute: Route = {
  name: "ai-sdk-chat",
  path: "api/ai-sdk/chat",
  errorForm: uiMessageErrorForm,
  operations: {
    POST: {
      summary: "Answers a question (AI SDK, useChat)",
      description: "System messages and parts that are no text are ignored.",
      body: uiRequest,
      answers: [
        {
          status: 200,
          about: "An event for each part of the UI message stream, then `data: [DONE]`.",
          contentType: "text/event-stream",
          schema: uiMessageChunk,
        },
      ],
      errors: answerErrors,
      handle: async (call) => {
        const asked = parseUiRequest(await readJsonBody(call.request));
        return streamAnswer(await answerOf(call, asked, { live: true }), {
          encode: encodeUiMessageStream,
          contentType: sseContentType,
          keepAlive: sseKeepAlive,
          headers: uiMessageHeaders,
          errorForm: uiMessageErrorForm,
        });
      },
    },
  },
};

/** `GET /api/ai-sdk/chat/{id}/stream`: where `useChat` asks whether there is an answer to go on with. */
export const aiSdkResumeRoute: Route = {
  name: "ai-sdk-resume",
  path: "api/ai-sdk/chat/{id}/stream",
  errorForm: uiMessageErrorForm,
  operations: {
    GET: {
      summary: "Tells that there is no answer to go on with (AI SDK, useChat)",
      answers: [{ status: 204, about: "There never is: no conversation is kept." }],
      errors: [],
      handle: () => Promise.resolve({ status: 204, headers: {} }),
    },
  },
};
