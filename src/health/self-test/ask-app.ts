import * as z from "zod";
import { fetchInSpan } from "../../telemetry/fetch-in-span.ts";
import { messageOf } from "../../shared/app-error.ts";
import { parseJson } from "../../shared/parse-json.ts";

/** What a visitor would not wait for. The cold start is over by then: the health endpoint was asked before. */
const answerTimeoutMs = 30_000;

/** A cold start may be waited for. */
const healthTimeoutMs = 60_000;

const answerSchema = z.object({
  message: z.object({ content: z.string() }),
  context: z.object({
    mode: z.string(),
    degraded: z.boolean().optional(),
    data_points: z.object({ text: z.array(z.string()) }),
    citations: z.array(z.object({ namespace: z.string(), source: z.string() })),
    thoughts: z.array(
      z.object({
        title: z.string(),
        props: z.object({ found: z.number().optional(), failed: z.boolean().optional() }),
      }),
    ),
  }),
});

const errorSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

export type Answer = z.infer<typeof answerSchema>;

export interface AppReply {
  readonly durationMs: number;
  readonly process: string | undefined;
  readonly answerId: string | undefined;
  readonly reply:
    | { readonly type: "answer"; readonly answer: Answer }
    /** The app says that it cannot answer, or says nothing in time. */
    | { readonly type: "failure"; readonly message: string }
    /** Nobody answered, or somebody else did. */
    | { readonly type: "unreachable"; readonly message: string };
}

export interface AppAddress {
  /** Where a visitor reaches it: `https://ask.example.com`. */
  readonly url: string;
  /** The keys and marks of one request. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/** Asks the app a question as a visitor would. Never fails: what went wrong is the reply. */
export const askApp = async (
  question: string,
  { url, headers }: AppAddress,
  signal: AbortSignal,
): Promise<AppReply> => {
  const startedAt = performance.now();
  const late = AbortSignal.timeout(answerTimeoutMs);
  const ended = (reply: AppReply["reply"], response?: Response): AppReply => ({
    durationMs: performance.now() - startedAt,
    process: response?.headers.get("x-colophon-process") ?? undefined,
    answerId: response?.headers.get("x-request-id") ?? undefined,
    reply,
  });
  try {
    const call: RequestInit = {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "colophon-self-test", ...headers() },
      body: JSON.stringify({ messages: [{ role: "user", content: question }] }),
      // a page to sign in at is not the app
      redirect: "manual",
      signal: AbortSignal.any([signal, late]),
    };
    const response = await fetchInSpan(new URL("/api/chat", url), call, "internal");
    return ended(replyOf(response.status, await response.text()), response);
  } catch (error) {
    if (late.aborted || signal.aborted) {
      return ended({ type: "failure", message: "there was no answer in time" });
    }
    return ended({ type: "unreachable", message: `${url} cannot be reached: ${messageOf(error)}` });
  }
};

const replyOf = (status: number, text: string): AppReply["reply"] => {
  const body = parseJson(text);
  const answer = answerSchema.safeParse(body);
  if (status === 200 && answer.success) return { type: "answer", answer: answer.data };
  const failure = errorSchema.safeParse(body);
  if (failure.success) {
    const { code, message } = failure.data.error;
    return { type: "failure", message: `${status} ${code}: ${message}` };
  }
  return { type: "unreachable", message: `something else than this app answered, with status ${status}` };
};

/** Which generation the app serves, as its health endpoint tells everybody; this also wakes it. */
export const servedGeneration = async (
  { url, headers }: AppAddress,
  signal: AbortSignal,
): Promise<string | undefined> => {
  try {
    const call: RequestInit = {
      headers: headers(),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(healthTimeoutMs)]),
    };
    const response = await fetchInSpan(new URL("/api/health", url), call, "internal");
    const health = z.object({ generation: z.string() }).safeParse(parseJson(await response.text()));
    return health.data?.generation;
  } catch {
    // the questions will tell
    return undefined;
  }
};
