import type { AnswerEnd, AnswerEvent, AnswerStart, Failure, Message } from "./answer-event.ts";
import type { Backend } from "./backend.ts";
import type { Kept } from "./keep.ts";
import { messagesToSend } from "./messages-to-send.ts";

/** A question and what became of it. */
export interface Turn {
  readonly id: number;
  readonly question: string;
  readonly text: string;
  readonly state: "asked" | "writing" | "done" | "stopped" | "failed";
  readonly start?: AnswerStart;
  readonly end?: AnswerEnd;
  readonly failure?: Failure;
  /** How long the first words and the whole answer took, as seen from here. */
  readonly firstMs?: number;
  readonly totalMs?: number;
  readonly rating?: "up" | "down";
  readonly commented?: boolean;
}

/** What a visitor asked and heard, and what can be done about it. */
export interface Conversation {
  readonly turns: () => readonly Turn[];
  /** Calls back after every change, until the function it gives is called. */
  readonly subscribe: (changed: () => void) => () => void;
  readonly ask: (question: string) => void;
  readonly stop: () => void;
  /** Asks a turn's question again, in its place; later turns stay. */
  readonly retry: (id: number) => void;
  readonly rate: (id: number, rating: "up" | "down", comment?: string) => Promise<void>;
  readonly clear: () => void;
  /** Keeps what there is so far: for a page that is being left. */
  readonly save: () => void;
}

/** Begins where `kept` ends; one question is answered at a time. */
export const createConversation = (
  { ask, feedback }: Pick<Backend, "ask" | "feedback">,
  kept: Kept<readonly Turn[]>,
): Conversation => {
  // an answer that was on its way when the page was left will not come any more
  let turns: readonly Turn[] = (kept.get() ?? []).map((turn) =>
    isOpen(turn) ? { ...turn, state: "failed", failure: { code: "cut" } } : turn,
  );
  let current: AbortController | undefined;
  const listeners = new Set<() => void>();

  const show = (next: readonly Turn[]): void => {
    turns = next;
    for (const changed of listeners) changed();
  };
  const change = (id: number, changes: (turn: Turn) => Partial<Turn>): void =>
    show(turns.map((turn) => (turn.id === id ? { ...turn, ...changes(turn) } : turn)));

  const answer = async (id: number, messages: readonly Message[]): Promise<void> => {
    const controller = new AbortController();
    current = controller;
    const startedAt = performance.now();
    const sinceStart = (): number => performance.now() - startedAt;
    for await (const event of ask(messages, controller.signal)) {
      if (controller.signal.aborted) return;
      change(id, (turn) => after(turn, event, sinceStart()));
    }
    if (controller.signal.aborted) return;
    current = undefined;
    kept.set(turns);
  };

  const stop = (): void => {
    current?.abort();
    current = undefined;
    show(turns.map((turn) => (isOpen(turn) ? { ...turn, state: "stopped" } : turn)));
    kept.set(turns);
  };

  const begin = (question: string, place: number): void => {
    // this changes the turns
    stop();
    const id = turns[place]?.id ?? (turns.at(-1)?.id ?? 0) + 1;
    const before = turns.slice(0, place);
    show([...before, { id, question, text: "", state: "asked" }, ...turns.slice(place + 1)]);
    kept.set(turns);
    void answer(id, messagesToSend([...before.flatMap(messagesOf), { role: "user", content: question }]));
  };

  return {
    turns: () => turns,
    subscribe: (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    ask: (question) => begin(question, turns.length),
    stop,
    retry: (id) => {
      const index = turns.findIndex((turn) => turn.id === id);
      const turn = turns[index];
      if (turn) begin(turn.question, index);
    },
    rate: async (id, rating, comment) => {
      const rated = turns.find((turn) => turn.id === id);
      const answerId = rated?.start?.answerId;
      if (!answerId) return;
      change(id, () => ({ rating, ...(comment ? { commented: true } : {}) }));
      const arrived = await feedback({ answerId, rating, ...(comment ? { comment } : {}) });
      // no thanks for what got lost
      if (!arrived) show(turns.map((turn) => (turn.start === rated.start ? rated : turn)));
      kept.set(turns);
    },
    clear: () => {
      stop();
      show([]);
      kept.set(undefined);
    },
    save: () => kept.set(turns),
  };
};

/** Whether an answer is still to come, or to go on. */
export const isOpen = ({ state }: Turn): boolean => state === "asked" || state === "writing";

const after = (turn: Turn, event: AnswerEvent, elapsedMs: number): Partial<Turn> => {
  switch (event.type) {
    case "start":
      return { start: event };
    case "text":
      return {
        state: "writing",
        text: turn.text + event.text,
        ...(turn.firstMs === undefined ? { firstMs: elapsedMs } : {}),
      };
    case "end":
      return { state: "done", end: event, totalMs: elapsedMs };
    case "failed":
      return { state: "failed", failure: event.failure };
  }
};

/** A question that got no words is no part of what was said. */
const messagesOf = ({ question, text }: Turn): readonly Message[] =>
  text === ""
    ? []
    : [
        { role: "user", content: question },
        { role: "assistant", content: text },
      ];
