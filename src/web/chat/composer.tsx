import type { JSX, RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";
import { fill } from "../texts/choose-texts.ts";
import type { Texts } from "../texts/en.ts";
import { Icon } from "./icon.tsx";

interface Properties {
  readonly input: RefObject<HTMLTextAreaElement | null>;
  readonly isAnswering: boolean;
  readonly onAsk: (question: string) => void;
  readonly onStop: () => void;
  readonly texts: Texts;
}

const maxCharacters = 8_000;

/** Where questions are written; what sends them stops an answer that is on its way. */
export const Composer = ({ input, isAnswering, onAsk, onStop, texts }: Properties): JSX.Element => {
  const [text, setText] = useState("");
  const tooMany = text.trim().length - maxCharacters;
  const canAsk = !isAnswering && text.trim() !== "" && tooMany <= 0;

  const submit = (event: Event): void => {
    event.preventDefault();
    if (isAnswering) onStop();
    else if (canAsk) {
      onAsk(text.trim());
      setText("");
    }
  };
  const keyDown = (event: KeyboardEvent): void => {
    // Enter also ends the writing of a Japanese or Chinese word; Safari says so by the code alone
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (canAsk) submit(event);
  };
  useLayoutEffect(() => {
    const { current } = input;
    if (!current || CSS.supports("field-sizing", "content")) return;
    current.style.height = "auto";
    current.style.height = `${current.scrollHeight}px`;
  }, [text]);

  return (
    <form class="composer" onSubmit={submit}>
      <div class="field">
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          aria-label={texts.inputLabel}
          placeholder={texts.placeholder}
          aria-invalid={tooMany > 0}
          aria-description={texts.hint}
          enterkeyhint="send"
          autocomplete="off"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={keyDown}
        />
        <button
          type="submit"
          class="send"
          aria-disabled={!isAnswering && !canAsk}
          aria-label={isAnswering ? texts.stop : texts.send}
          title={isAnswering ? texts.stop : texts.send}
        >
          <Icon name={isAnswering ? "stop" : "send"} />
        </button>
      </div>
      {tooMany > 0 && (
        <p class="too-long" role="alert">
          {fill(texts.tooLong, tooMany)}
        </p>
      )}
    </form>
  );
};
