import type { AnswerEvent, Source, Step } from "./answer-event.ts";
import { parseJson } from "./parse-json.ts";

/** A line of the AI Chat Protocol's stream, as far as this client reads it. */
interface Line {
  readonly delta?: { readonly role?: string; readonly content?: string };
  readonly context?: {
    readonly answerId?: string;
    readonly mode?: string;
    readonly degraded?: boolean;
    readonly data_points?: { readonly text?: readonly string[] };
    readonly citations?: readonly Pick<Source, "namespace" | "source" | "similarity">[];
    readonly thoughts?: readonly {
      readonly title: string;
      readonly props?: { readonly durationMs?: number };
    }[];
    readonly finish_reason?: string;
    readonly followup_questions?: readonly string[];
  };
  readonly error?: { readonly code?: string; readonly message?: string };
}

/** Reads one line of a streamed answer; throws when it is not JSON. */
export const readAnswerLine = (text: string): AnswerEvent => {
  const { delta, context, error } = parseJson(text) as Line;
  if (error) {
    const { code = "internal", message } = error;
    return { type: "failed", failure: { code, ...(message ? { message } : {}) } };
  }
  if (typeof delta?.content === "string") return { type: "text", text: delta.content };
  if (delta?.role) {
    return {
      type: "start",
      ...(context?.answerId ? { answerId: context.answerId } : {}),
      ...(context?.mode ? { mode: context.mode } : {}),
      degraded: context?.degraded === true,
      sources: sourcesOf(context),
      steps: stepsOf(context),
    };
  }
  return {
    type: "end",
    ...(context?.finish_reason ? { finishReason: context.finish_reason } : {}),
    followUps: context?.followup_questions ?? [],
  };
};

/** A data point repeats its source before the text. */
const sourcesOf = (context: Line["context"]): readonly Source[] =>
  (context?.citations ?? []).map(({ namespace, source, similarity }, index) => {
    const text = context?.data_points?.text?.[index] ?? "";
    const prefix = `${source}: `;
    return {
      number: index + 1,
      namespace,
      source,
      similarity,
      text: text.startsWith(prefix) ? text.slice(prefix.length) : text,
    };
  });

const stepsOf = (context: Line["context"]): readonly Step[] =>
  (context?.thoughts ?? []).map(({ title, props }) => ({ title, durationMs: props?.durationMs ?? 0 }));
