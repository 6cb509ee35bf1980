import { editionIn, editionQuestion, questions } from "./corpus.ts";

const everyMs = 48;
const patienceMs = 10_000;

/** Each of so many questions is the one for the edition. */
const editionEvery = 6;

export interface Outcome {
  readonly began: number;
  readonly ended: number;
  readonly result: "right" | "wrong" | "degraded" | "failed";
  /** Which edition answered, where that was the question. */
  readonly edition?: number | undefined;
  /** What came instead of what was expected. */
  readonly detail?: string;
}

export interface Load {
  /** In the order in which they ended. */
  readonly outcomes: readonly Outcome[];
  readonly inFlight: number;
  /** Begins no more; what was started goes on. */
  pause(): void;
  stop(): Promise<void>;
}

/** Asks 20 questions a second and a few more, however slow the answers are, and checks each answer. */
export const startLoad = (url: string): Load => {
  const outcomes: Outcome[] = [];
  const asked = new Set<Promise<void>>();
  const start = performance.now();
  let next = 0;

  const ask = async (index: number): Promise<void> => {
    const question = index % editionEvery === 0 ? undefined : questions[index % questions.length];
    outcomes.push(await askOnce(url, question));
  };
  const timer = setInterval(() => {
    // what a busy moment of this process held up is made good at once
    for (; next * everyMs <= performance.now() - start; next += 1) {
      const asking = ask(next).finally(() => asked.delete(asking));
      asked.add(asking);
    }
  }, everyMs / 4);

  return {
    outcomes,
    get inFlight() {
      return asked.size;
    },
    pause: () => clearInterval(timer),
    stop: async () => {
      clearInterval(timer);
      await Promise.all(asked);
    },
  };
};

interface Answer {
  readonly message?: { readonly content: string };
  readonly context?: {
    readonly degraded?: boolean;
    readonly data_points: { readonly text: readonly string[] };
  };
}

/** Asks one question, that for the edition where none is named. */
export const askOnce = async (
  url: string,
  question: { readonly text: string; readonly expected: string } | undefined,
): Promise<Outcome> => {
  const began = performance.now();
  const ends = (rest: Omit<Outcome, "began" | "ended">): Outcome => ({
    began,
    ended: performance.now(),
    ...rest,
  });
  const text = question?.text ?? editionQuestion;
  try {
    const response = await fetch(`${url}/api/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ messages: [{ role: "user", content: text }] }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const body = await response.text();
    if (response.status !== 200) return ends({ result: "failed", detail: `${response.status} ${body}` });
    const { message, context } = JSON.parse(body) as Answer;
    const said = [message?.content ?? "", ...(context?.data_points.text ?? [])].join("\n");
    const edition = question ? undefined : editionIn(said);
    if (context?.degraded) return ends({ result: "degraded", edition });
    const right = question ? said.includes(question.expected) : edition !== undefined;
    return right
      ? ends({ result: "right", edition })
      : ends({
          result: "wrong",
          detail: `${text} ${question?.expected ?? "an edition"}: ${message?.content}`,
        });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    return ends({ result: "failed", detail: `${String(error)}${cause}` });
  }
};
