import type { Telemetry } from "../ports/telemetry.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import type { AnswerEvent } from "./answer-event.ts";
import { publicError } from "./public-error.ts";

/** Turns a throw into a last `error` event: on Functions it would leave the response open for ever. */
export async function* endWithError(
  events: AsyncIterable<AnswerEvent>,
  telemetry: Telemetry,
  signal: AbortSignal,
): AsyncGenerator<AnswerEvent> {
  try {
    yield* events;
  } catch (thrown) {
    const error = signal.aborted
      ? new AppError("deadline_exceeded", "The answer was not ready in time.", { cause: thrown })
      : toAppError(thrown);
    telemetry.log({
      severity: "error",
      message: `[ERROR] answer failed: ${messageOf(error)}`,
      attributes: { stage: "answer", errorCode: error.code },
      error,
    });
    yield { type: "error", ...publicError(error) };
  }
}
