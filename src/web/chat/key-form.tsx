import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Texts } from "../texts/en.ts";

interface Properties {
  /** Whether one was tried, and not accepted. */
  readonly wasWrong: boolean;
  readonly onKey: (key: string) => void;
  readonly texts: Texts;
}

/** Asks for the key without which the app does not answer. */
export const KeyForm = ({ wasWrong, onKey, texts }: Properties): JSX.Element => {
  const [key, setKey] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    // what a mail may have put in between cannot be sent
    const sendable = key.replaceAll(/[^!-~]/g, "");
    if (sendable) onKey(sendable);
  };
  return (
    <form class="key-form" onSubmit={send}>
      <h2>{texts.keyTitle}</h2>
      <p>{texts.keyHint}</p>
      <div class="field">
        <input
          type="password"
          autocomplete="off"
          aria-label={texts.keyLabel}
          aria-invalid={wasWrong}
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <button type="submit" class="quiet">
          {texts.keySend}
        </button>
      </div>
      {wasWrong && (
        <p class="wrong" role="alert">
          {texts.keyWrong}
        </p>
      )}
    </form>
  );
};
