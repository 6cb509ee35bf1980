/** An app as stories ask it, whether it runs in a process of its own or in the test's. */
export interface AskedApp {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** Takes a path of the app, or a whole address as a client library makes it. */
  readonly fetch: (address: string | URL | Request, init?: RequestInit) => Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Asks `/api/chat` and gives its status and body. */
  ask(question: string): Promise<ChatAnswer>;
}

export interface ChatAnswer {
  readonly status: number;
  readonly message?: { readonly role: string; readonly content: string };
  readonly context?: {
    readonly mode: string;
    readonly degraded?: boolean;
    readonly citations: readonly { id: string; namespace: string; source: string; score: number }[];
    readonly data_points: { readonly text: readonly string[] };
    readonly thoughts: readonly { title: string; description: string; props: { durationMs: number } }[];
    readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number };
    readonly followup_questions: readonly string[];
  };
  readonly error?: { readonly code: string; readonly message: string };
}

/** The ways to ask an app at `url`, given what sends a request to it. */
export const askedThrough = (url: string, send: (request: Request) => Promise<Response>): AskedApp => {
  const fetch: AskedApp["fetch"] = (address, init) =>
    send(new Request(typeof address === "string" ? new URL(address, url) : address, init));
  const post: AskedApp["post"] = (path, body, headers = {}) =>
    fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  return {
    url,
    fetch,
    post,
    ask: async (question) => {
      const response = await post("/api/chat", { messages: [{ role: "user", content: question }] });
      return { status: response.status, ...((await response.json()) as object) };
    },
  };
};

/** The lines that a question logs: a contract with readers of the logs. */
export const questionLines = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => /^\[(TIMING|DEBUG|ERROR)\]/.test(line));
