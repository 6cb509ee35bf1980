import type { GenerationEvent, GenerationJob, Generator } from "../ports/generator.ts";
import type { SpanOutcome, Telemetry } from "../ports/telemetry.ts";

/** The generator's events, recorded in the telemetry as one step with how it ended. */
export async function* generateInSpan(
  generator: Generator,
  job: Omit<GenerationJob, "telemetry">,
  telemetry: Telemetry,
): AsyncGenerator<GenerationEvent> {
  const span = telemetry.startSpan("generate", { attributes: { stage: "generate", mode: generator.mode } });
  let outcome: SpanOutcome = { error: "left" };
  let spoke = false;
  try {
    for await (const event of generator.generate({ ...job, telemetry: span.telemetry })) {
      if (event.type === "end") {
        const { finishReason } = event;
        // an answer without a word is one that somebody else has to give
        const silent = spoke || finishReason === "content_filter" ? {} : { error: "model_failed" };
        outcome = { attributes: { finishReason }, ...silent };
      } else spoke = event.type === "text" && (spoke || event.text.trim() !== "");
      yield event;
    }
  } catch (error) {
    outcome = { error };
    throw error;
  } finally {
    span.end(outcome);
  }
}
