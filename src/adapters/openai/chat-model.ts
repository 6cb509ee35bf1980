import { APIError } from "openai";
import { currentTelemetry } from "../../telemetry/in-span.ts";
import { withSignal } from "../../shared/with-signal.ts";
import type { ThoughtHabits } from "./cut-thoughts.ts";
import type { OpenAiClient } from "./client.ts";
import { rawWordsOfServer, wordsOfServer } from "./server-words.ts";
import type { Sent } from "./server-words.ts";

type Messages = readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];

interface ChatRequest {
  readonly messages: Messages;
  readonly maxTokens: number;
  readonly stream: boolean;
}

interface Limits {
  readonly signal: AbortSignal;
  /** In place of the client's. */
  readonly maxRetries?: number;
}

/** A model that is asked for chat completions, and what the process has learned of it. */
export interface ChatModel {
  readonly habits: ThoughtHabits;
  /** A response with a good status, of which nothing is read yet. Fails with what the SDK throws. */
  ask(request: ChatRequest, limits: Limits): Promise<Response>;
  /** What the server's words of a failure may repeat. */
  sent(messages: Messages): Sent;
}

/** The parameters that some servers refuse; without `max_completion_tokens` it is `max_tokens`, its name before. */
const optional = ["max_completion_tokens", "max_tokens", "stream_options"] as const;
type Parameter = (typeof optional)[number];

/** To be made once a model and process, like its client. */
export const createChatModel = (client: OpenAiClient, model: string): ChatModel => {
  const refused = new Set<Parameter>();

  const send = (request: ChatRequest, { signal, maxRetries }: Limits, without: ReadonlySet<Parameter>) => {
    const options = { signal, ...(maxRetries === undefined ? {} : { maxRetries }) };
    const body = { model, messages: [...request.messages], ...parametersOf(request, without) };
    // while the SDK waits for a token, it does not look at the signal
    return withSignal(client.chat.completions.create(body, options).asResponse(), signal);
  };

  const sent = (messages: Messages): Sent => {
    const of = (isVisitor: boolean): readonly string[] =>
      messages.filter(({ role }) => (role === "user") === isVisitor).map(({ content }) => content);
    return { visitors: of(true), prompt: of(false).join("\n"), key: client.apiKey };
  };

  return {
    sent,
    habits: { opensInPrompt: false },
    ask: async (request, limits) => {
      const without = new Set(refused);
      let reason: string | undefined;
      // each turn leaves out one more parameter at least
      for (;;) {
        try {
          const response = await send(request, limits, without);
          if (reason !== undefined) remember(refused, without, reason);
          return response;
        } catch (error) {
          const more = refusedBy(error, Object.keys(parametersOf(request, without)), reason === undefined);
          if (more.length === 0) throw error;
          for (const parameter of more) without.add(parameter);
          reason ??= wordsOfServer(error, sent(request.messages));
        }
      }
    },
  };
};

const parametersOf = ({ maxTokens, stream }: ChatRequest, without: ReadonlySet<Parameter>) => ({
  ...(!without.has("max_completion_tokens")
    ? { max_completion_tokens: maxTokens }
    : !without.has("max_tokens")
      ? { max_tokens: maxTokens }
      : {}),
  ...(stream ? { stream } : {}),
  ...(stream && !without.has("stream_options") ? { stream_options: { include_usage: true } } : {}),
});

const aboutParameter =
  /\bun(?:supported|known|expected|recogni[sz]ed)|\bnot (?:supported|known|permitted|allowed|recogni[sz]ed)|\bextra\b|\bforbidden\b/i;
const aboutAmount =
  /\b(?:context|too (?:large|long|big|many)|exceed\w*|at (?:least|most)|m(?:ax|in)imum|reached)\b/i;

/**
 * The parameter that the server's words name first. When they name none, all that may be left out, in
 * a first try: some say "Bad Request" alone. One that is refused for its value or for the prompt's
 * length is not refused.
 */
const refusedBy = (error: unknown, sent: readonly string[], isFirst: boolean): readonly Parameter[] => {
  if (!(error instanceof APIError) || error.code === "content_filter") return [];
  if (error.status !== 400 && error.status !== 422) return [];
  const words = rawWordsOfServer(error);
  if (aboutAmount.test(words) && !aboutParameter.test(words)) return [];
  const left = optional.filter((parameter) => sent.includes(parameter));
  const [first] = left
    .map((parameter) => ({ parameter, place: error.param === parameter ? -1 : words.indexOf(parameter) }))
    .filter(({ parameter, place }) => place >= 0 || error.param === parameter)
    .toSorted((one, other) => one.place - other.place);
  if (first) return [first.parameter];
  return isFirst ? left : [];
};

const remember = (refused: Set<Parameter>, without: ReadonlySet<Parameter>, reason: string): void => {
  const names = [...without].filter((parameter) => !refused.has(parameter)).join(" and ");
  for (const parameter of without) refused.add(parameter);
  const said = reason === "" ? "." : `: "${reason}"`;
  currentTelemetry().log({
    severity: "warning",
    message: `The model's server is asked without ${names} from now on, which it refused${said}`,
  });
};
