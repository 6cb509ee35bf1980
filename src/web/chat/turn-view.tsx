import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { isOpen } from "../core/conversation.ts";
import type { Turn } from "../core/conversation.ts";
import type { Ending } from "../markdown/growing-markdown.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { fill } from "../texts/choose-texts.ts";
import type { Texts } from "../texts/en.ts";
import { AnswerActions } from "./answer-actions.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { Icon } from "./icon.tsx";
import { noticesOf } from "./notices-of.ts";
import { QuestionList } from "./question-list.tsx";
import { SourceList } from "./source-list.tsx";

interface Properties {
  readonly turn: Turn;
  /** Questions to go on with. */
  readonly suggestions: readonly string[];
  readonly onAsk: (question: string) => void;
  readonly onRetry: () => void;
  readonly takesComments: boolean;
  readonly onRate: (rating: "up" | "down", comment?: string) => void;
  readonly texts: Texts;
}

/** A question, its answer, and all that belongs to it. */
export const TurnView = (properties: Properties): JSX.Element => {
  const { turn, suggestions, onAsk, onRetry, takesComments, onRate, texts } = properties;
  const [opened, setOpened] = useState<number>();
  const root = useRef<HTMLElement>(null);
  const prefix = `turn-${turn.id}`;
  const open = isOpen(turn);
  const sources = turn.start?.sources ?? [];

  const show = (number: number): void => {
    setOpened(number);
    // once it is there
    requestAnimationFrame(() => {
      const note = root.current?.querySelector<HTMLElement>(`#${prefix}-source-${number}`);
      note?.focus({ preventScroll: true });
      note?.closest("li")?.scrollIntoView({ block: "nearest" });
    });
  };
  const mark = (number: number): JSX.Element | undefined =>
    number >= 1 && number <= sources.length ? (
      <button type="button" class="mark" aria-label={fill(texts.source, number)} onClick={() => show(number)}>
        {number}
      </button>
    ) : undefined;

  return (
    <article class="turn" data-turn={turn.id} ref={root}>
      <h2 class="question" dir="auto" tabIndex={-1}>
        <span class="unseen" dir="ltr">
          {texts.asked}:{" "}
        </span>
        {turn.question}
      </h2>
      {turn.state === "asked" && (
        <p class="searching">
          {texts.searching}
          <span aria-hidden="true">…</span>
        </p>
      )}
      <div class="prose" aria-busy={open}>
        <Markdown text={turn.text} ending={endingOf(turn)} mark={mark} />
      </div>
      {!open &&
        noticesOf(turn, texts).map((notice) => (
          <p class="notice">
            <Icon name="notice" />
            {notice}
          </p>
        ))}
      {turn.failure && <FailureNotice failure={turn.failure} onRetry={onRetry} texts={texts} />}
      {sources.length > 0 && (!open || opened !== undefined) && (
        <SourceList
          sources={sources}
          cited={open ? none : citedIn(turn.text)}
          opened={opened}
          prefix={prefix}
          onToggle={(number) => setOpened(number === opened ? undefined : number)}
          texts={texts}
        />
      )}
      {!open && !(turn.failure && turn.text === "") && (
        <AnswerActions
          turn={turn}
          onRetry={onRetry}
          takesComments={takesComments}
          onRate={onRate}
          texts={texts}
        />
      )}
      {!open && suggestions.length > 0 && (
        <nav class="follow-ups" aria-label={texts.followUps}>
          <QuestionList questions={suggestions} onAsk={onAsk} />
        </nav>
      )}
      <span class="end" />
    </article>
  );
};

const endingOf = (turn: Turn): Ending => {
  if (isOpen(turn)) return "growing";
  return turn.state === "done" ? "whole" : "cut";
};

/** While an answer is being written, only the source that was opened is listed: a list that grows cannot be read. */
const none: ReadonlySet<number> = new Set();

const citedIn = (text: string): ReadonlySet<number> =>
  new Set(
    (text.match(/\[\d{1,3}(?:\s*,\s*\d{1,3})*\]/g) ?? []).flatMap((mark) =>
      (mark.match(/\d+/g) ?? []).map(Number),
    ),
  );
