import type { AnswerEvent, Failure, Message } from "./answer-event.ts";
import { linesOf } from "./lines-of.ts";
import { parseJson } from "./parse-json.ts";
import { readAnswerLine } from "./read-answer-line.ts";

/** What the app says of itself before the first question. */
export interface About {
  readonly subject?: string;
  readonly starters: readonly string[];
  readonly mode: "generated" | "extractive";
  /** Whether the words of a feedback are kept. */
  readonly comments: boolean;
}

export interface Feedback {
  readonly answerId: string;
  readonly rating: "up" | "down";
  readonly comment?: string;
}

/** The app, as the page and the widget use it. Nothing here throws: what goes wrong is a `Failure`. */
export interface Backend {
  about(): Promise<{ readonly about: About } | { readonly failure: Failure }>;
  /** Ends early, and without an event, once `signal` is aborted. */
  ask(messages: readonly Message[], signal: AbortSignal): AsyncGenerator<AnswerEvent>;
  /** Whether it arrived. */
  feedback(feedback: Feedback): Promise<boolean>;
}

const silenceMs = 45_000;
const headersMs = 90_000;

/** Speaks to the app under `address`, which ends in `/api/`, with the key that there is at the time. */
export const createBackend = (address: string, key: () => string | undefined): Backend => {
  let wasHeard = false;
  const send = async (path: string, options: RequestInit = {}): Promise<Response> => {
    const bearer = key();
    const response = await fetch(address + path, {
      ...options,
      headers: {
        ...(options.body ? { "content-type": "application/json" } : {}),
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
    });
    wasHeard = true;
    return response;
  };
  const post = (path: string, body: object, options: RequestInit = {}): Promise<Response> =>
    send(path, { ...options, method: "POST", body: JSON.stringify(body) });

  /** The browser doesn't tell a page that was refused from a server that is away; an opaque answer does. */
  const unreachable = async (): Promise<Failure> => {
    const mayBeRefused = !wasHeard && new URL(address).origin !== location.origin;
    const isThere =
      mayBeRefused && (await fetch(`${address}about`, { mode: "no-cors" }).then(Boolean, () => false));
    return { code: isThere ? "forbidden" : "network" };
  };

  return {
    about: async () => {
      try {
        const response = await send("about");
        return response.ok
          ? { about: parseJson(await response.text()) as About }
          : { failure: await failureOf(response) };
      } catch {
        return { failure: await unreachable() };
      }
    },

    ask: async function* (messages, signal) {
      const response = await inTime(signal, (limited) =>
        post("chat/stream", { messages }, { signal: limited }),
      );
      if (signal.aborted) return;
      if (!response?.ok || !response.body) {
        yield { type: "failed", failure: response ? await failureOf(response) : await unreachable() };
        return;
      }
      try {
        for await (const line of linesOf(response.body, silenceMs)) {
          if (signal.aborted) return;
          if (line.trim() === "") continue;
          const event = readAnswerLine(line);
          yield event;
          if (event.type === "end" || event.type === "failed") return;
        }
      } catch {
        if (signal.aborted) return;
      }
      yield { type: "failed", failure: { code: "cut" } };
    },

    feedback: (feedback) =>
      post("feedback", feedback, { keepalive: true }).then(
        ({ ok }) => ok,
        () => false,
      ),
  };
};

/** The response to a request that is given up when its headers are late; `undefined` when there is none. */
const inTime = async (
  signal: AbortSignal,
  work: (limited: AbortSignal) => Promise<Response>,
): Promise<Response | undefined> => {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(abort, headersMs);
  try {
    return await work(controller.signal);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
};

/** The app answers errors as JSON; what stands before it may answer with a page. */
const failureOf = async (response: Response): Promise<Failure> => {
  const { error } = (await response
    .text()
    .then(parseJson)
    .catch(() => ({}))) as {
    readonly error?: { readonly code?: unknown; readonly message?: unknown };
  };
  return {
    code: typeof error?.code === "string" ? error.code : codeOf(response.status),
    ...(typeof error?.message === "string" ? { message: error.message } : {}),
  };
};

const codeOf = (status: number): string =>
  ({ 401: "unauthorized", 403: "forbidden", 413: "body_too_large", 429: "too_many_requests" })[status] ??
  (status >= 500 ? "unavailable" : "internal");
