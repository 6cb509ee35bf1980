import { AppError } from "../../shared/app-error.ts";
import { answerOf } from "../answer-of.ts";
import { readJsonBody } from "../body.ts";
import { sourceUrl } from "../source-url.ts";
import { answerErrors } from "../errors.ts";
import { appOrigin } from "../request.ts";
import { errorResponse, jsonResponse } from "../response.ts";
import type { Route } from "../route.ts";
import { streamAnswer, sseContentType, sseKeepAlive } from "../stream.ts";
import { openAiErrorForm } from "./errors.ts";
import { openAiRequest, parseOpenAiRequest } from "./request.ts";
import { collectOpenAi, encodeOpenAiStream, openAiModelName } from "./response.ts";
import { openAiChunk, openAiCompletion, openAiModel, openAiModelList } from "./schemas.ts";

/** `POST /api/v1/chat/completions`: what OpenAI's clients ask, as JSON or as a stream. */
export const openAiChatRoute: Route = {
  name: "openai-chat",
  path: "api/v1/chat/completions",
  errorForm: openAiErrorForm,
  operations: {
    POST: {
      summary: "Answers a question (OpenAI chat completions)",
      description:
        "Whatever model is named, colophon answers. System and developer messages, sampling parameters and " +
        "tools are ignored. `annotations` cite the sources that the text marks; `colophon` holds the rest.",
      body: openAiRequest,
      answers: [
        { status: 200, about: "The whole answer.", schema: openAiCompletion },
        {
          status: 200,
          about: "With `stream`, an event for each piece of it, then `data: [DONE]`.",
          contentType: "text/event-stream",
          schema: openAiChunk,
        },
      ],
      errors: answerErrors,
      handle: async (call) => {
        const { stream, includeUsage, ...asked } = parseOpenAiRequest(await readJsonBody(call.request));
        const origin = appOrigin(call.request);
        const options = {
          id: call.requestId,
          created: Math.floor(Date.now() / 1_000),
          urlOf: (source: { namespace: string; id: string }) => sourceUrl(origin, source),
        };
        const events = await answerOf(call, asked, { live: stream });
        if (stream) {
          return streamAnswer(events, {
            encode: (answer) => encodeOpenAiStream(answer, { ...options, includeUsage }),
            contentType: sseContentType,
            keepAlive: sseKeepAlive,
            errorForm: openAiErrorForm,
          });
        }
        const collected = await collectOpenAi(events, options);
        return "error" in collected
          ? errorResponse(collected.error, openAiErrorForm)
          : jsonResponse(200, collected.body);
      },
    },
  },
};

/** When Colophon began. */
const created = 1_795_459_697;

const model = { id: openAiModelName, object: "model" as const, created, owned_by: "colophon" };

/** `GET /api/v1/models`: there is one. */
export const openAiModelsRoute: Route = {
  name: "openai-models",
  path: "api/v1/models",
  errorForm: openAiErrorForm,
  operations: {
    GET: {
      summary: "Lists the models (OpenAI)",
      answers: [{ status: 200, about: "The one there is.", schema: openAiModelList }],
      errors: [],
      handle: () => Promise.resolve(jsonResponse(200, { object: "list", data: [model] })),
    },
  },
};

/** `GET /api/v1/models/colophon`. */
export const openAiModelRoute: Route = {
  name: "openai-model",
  path: "api/v1/models/{model}",
  errorForm: openAiErrorForm,
  operations: {
    GET: {
      summary: "Describes a model (OpenAI)",
      answers: [{ status: 200, about: "The one there is.", schema: openAiModel }],
      errors: ["not_found"],
      handle: ({ request: { params } }) => {
        if (params["model"] === model.id) return Promise.resolve(jsonResponse(200, model));
        throw new AppError("not_found", `There is no such model here; there is ${model.id}.`, {
          param: "model",
        });
      },
    },
  },
};
