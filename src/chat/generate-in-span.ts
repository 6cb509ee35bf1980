import type { GenerationEvent, GenerationJob, Generator } from "../ports/generator.ts";
import type { SpanOutcome, Telemetry } from "../ports/telemetry.ts";

/** The generator's events, told to the telemetry as one step with how it ended. */
export async function* generateInSpan(
  generator: Generator,
  job: Omit<GenerationJob, "telemetry">,
  telemetry: Telemetry,
): AsyncGenerator<GenerationEvent> {
  const span = telemetry.startSpan("generate", { attributes: { stage: "generate", mode: generator.mode } });
  let outcome: SpanOutcome = { error: "left" };
  try {
    for await (const event of generator.generate({ ...job, telemetry: span.telemetry })) {
      if (event.type === "end") outcome = { attributes: { finishReason: event.finishReason } };
      yield event;
    }
  } catch (error) {
    outcome = { error };
    throw error;
  } finally {
    span.end(outcome);
  }
}
