import type { ComponentChild, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { About, Backend } from "../core/backend.ts";
import { isOpen } from "../core/conversation.ts";
import type { Conversation, Turn } from "../core/conversation.ts";
import type { Kept } from "../core/keep.ts";
import type { Texts } from "../texts/en.ts";
import { announcementOf } from "./announcement-of.ts";
import { Announcer } from "./announcer.tsx";
import { Composer } from "./composer.tsx";
import { FirstScreen } from "./first-screen.tsx";
import { Icon, IconButton } from "./icon.tsx";
import { KeyForm } from "./key-form.tsx";
import { TurnView } from "./turn-view.tsx";
import { useAbout } from "./use-about.ts";
import { useConversation } from "./use-conversation.ts";
import { useReading } from "./use-reading.ts";

interface Properties {
  readonly backend: Backend;
  readonly conversation: Conversation;
  readonly texts: Texts;
  /** Where a visitor's key is kept; without it, none is asked for. */
  readonly visitorKey?: Kept<string>;
  /** What is shown instead of what the app says of itself. */
  readonly instead?: Partial<About>;
  /** Told once it is known whom the answers are about. */
  readonly onSubject?: (subject: string | undefined) => void;
  /** More buttons for the head. */
  readonly children?: ComponentChild;
}

/** What to go on with: the answer's own follow-up questions, and beginnings where there was no answer. */
const suggestionsFor = (
  { start, end }: Turn,
  turns: readonly Turn[],
  about: Partial<About> | undefined,
): readonly string[] => {
  const asked = new Set(turns.map(({ question }) => question));
  const beginnings = start?.mode === "refused" ? (about?.starters ?? []) : [];
  return [...(end?.followUps ?? []), ...beginnings].filter((question) => !asked.has(question)).slice(0, 4);
};

/** The whole chat: a head, the first screen or the conversation, and where questions are written. */
export const Chat = (properties: Properties): JSX.Element => {
  const { backend, conversation, texts, visitorKey, instead, onSubject, children } = properties;
  const turns = useConversation(conversation);
  const { about: said, failure, load } = useAbout(backend);
  const about = said && { ...said, ...instead };
  const input = useRef<HTMLTextAreaElement>(null);
  const { scroller, isEndBelow, toEnd } = useReading(turns);
  const newest = turns.at(-1);
  const isAnswering = turns.some(isOpen);
  const refused = turns.find((turn) => turn.failure?.code === "unauthorized");
  const needsKey = visitorKey !== undefined && (failure ?? refused?.failure)?.code === "unauthorized";

  useEffect(() => {
    if (about) onSubject?.(about.subject);
  }, [about?.subject]);

  /** The turn that was asked again last, if that came after the last question. */
  const again = useRef<number | undefined>(undefined);

  /** Where a touch would open the keyboard over the answer, the question takes the focus. */
  const moveOn = (id?: number): void => {
    again.current = id;
    const turn = id === undefined ? ".turn:last-child" : `[data-turn="${id}"]`;
    requestAnimationFrame(() => {
      const question = scroller.current?.querySelector<HTMLElement>(`${turn} .question`);
      const target = matchMedia("(pointer: coarse)").matches ? question : input.current;
      target?.focus({ preventScroll: true });
    });
  };
  const ask = (question: string): void => {
    conversation.ask(question);
    moveOn();
  };
  const retry = (id: number): void => {
    conversation.retry(id);
    moveOn(id);
  };
  const startAnew = (): void => {
    conversation.clear();
    // the button that was used is gone
    moveOn();
  };
  const acceptKey = (key: string): void => {
    visitorKey?.set(key);
    load();
    if (refused) retry(refused.id);
  };

  return (
    <div class="chat">
      <header>
        {turns.length > 0 ? <h1 dir="auto">{about?.subject ?? texts.askAnything}</h1> : <span />}
        <div class="head-buttons">
          {turns.length > 0 && <IconButton icon="fresh" label={texts.newConversation} onClick={startAnew} />}
          {children}
        </div>
      </header>
      <div class="scroller" ref={scroller} tabIndex={0} role="region" aria-label={texts.conversation}>
        {turns.length === 0 ? (
          <FirstScreen
            about={about}
            failure={failure}
            isLocked={needsKey}
            onAsk={ask}
            onRetry={load}
            texts={texts}
          />
        ) : (
          turns.map((turn) => (
            <TurnView
              key={turn.id}
              turn={turn}
              suggestions={turn === newest ? suggestionsFor(turn, turns, about) : []}
              onAsk={ask}
              onRetry={() => retry(turn.id)}
              takesComments={about?.comments === true}
              onRate={(rating, comment) => void conversation.rate(turn.id, rating, comment)}
              texts={texts}
            />
          ))
        )}
      </div>
      <footer>
        {isEndBelow && (
          <button
            type="button"
            class="to-end"
            aria-label={texts.toLatest}
            title={texts.toLatest}
            onClick={toEnd}
          >
            <Icon name="end" />
          </button>
        )}
        {needsKey ? (
          <KeyForm wasWrong={visitorKey.get() !== undefined} onKey={acceptKey} texts={texts} />
        ) : (
          <Composer
            input={input}
            isAnswering={isAnswering}
            onAsk={ask}
            onStop={() => {
              conversation.stop();
              moveOn(again.current);
            }}
            texts={texts}
          />
        )}
      </footer>
      <Announcer text={announcementOf(turns.find(({ id }) => id === again.current) ?? newest, texts)} />
    </div>
  );
};
