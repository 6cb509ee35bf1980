import type { AnswerEvent } from "../chat/answer-event.ts";
import { answerQuestion } from "../chat/answer-question.ts";
import type { Conversation } from "../http/read-conversation.ts";
import type { Call } from "./route.ts";

/** Answers the question of a call. `live` says that its text is shown as it comes. */
export const answerOf = async (
  { access, requestId, telemetry, signal }: Call,
  { question, history }: Conversation,
  { live }: { readonly live: boolean },
): Promise<AsyncGenerator<AnswerEvent>> =>
  answerQuestion(
    { answerId: requestId, text: question, history, live },
    { ...(await access()), telemetry },
    signal,
  );
