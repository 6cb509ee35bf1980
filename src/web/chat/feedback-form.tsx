import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Texts } from "../texts/en.ts";

interface Properties {
  /** Whether words were already sent. */
  readonly isSent: boolean;
  readonly onSend: (comment: string) => void;
  readonly texts: Texts;
}

const mostCharacters = 1_000;

/** Thanks for a rating, and takes a few words with it. */
export const FeedbackForm = ({ isSent, onSend, texts }: Properties): JSX.Element => {
  const [comment, setComment] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    if (comment.trim() !== "") onSend(comment.trim());
  };
  return (
    <form class="feedback" onSubmit={send}>
      <p role="status">{texts.thanks}</p>
      {!isSent && (
        <>
          <label>
            <span>{texts.commentLabel}</span>
            <input
              type="text"
              dir="auto"
              maxLength={mostCharacters}
              value={comment}
              onInput={({ currentTarget }) => setComment(currentTarget.value)}
            />
          </label>
          <button type="submit" class="quiet">
            {texts.commentSend}
          </button>
        </>
      )}
    </form>
  );
};
