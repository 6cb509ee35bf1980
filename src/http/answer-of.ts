import type { AnswerEvent } from "../chat/answer-event.ts";
import { answerQuestion } from "../chat/answer-question.ts";
import type { Conversation } from "./conversation.ts";
import type { Call } from "./route.ts";

/** Answers the question of a call. `live` says that its text is shown as it comes. */
export const answerOf = async (
  { access, request, requestId, synthetic, telemetry, signal }: Call,
  { question, history, namespaces }: Conversation,
  { live }: { readonly live: boolean },
): Promise<AsyncGenerator<AnswerEvent>> => {
  const app = await access();
  // the self-test spends no tokens unless it is to test the model as well
  const generator = synthetic && !app.config.selfTest.llm ? app.extractive : app.generator;
  return answerQuestion(
    {
      answerId: requestId,
      text: question,
      history,
      namespaces,
      acceptLanguage: request.headers.get("accept-language") ?? undefined,
      live,
    },
    { ...app, generator, telemetry },
    signal,
  );
};
