import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Texts } from "../texts/en.ts";

interface Properties {
  /** Words are kept, and none were sent yet. */
  readonly takesComments: boolean;
  readonly onSend: (comment: string) => void;
  readonly texts: Texts;
}

const maxCharacters = 1_000;

/** Thanks for a rating, and takes a few words with it where somebody can read them. */
export const FeedbackForm = ({ takesComments, onSend, texts }: Properties): JSX.Element => {
  const [comment, setComment] = useState("");
  const send = (event: Event): void => {
    event.preventDefault();
    if (comment.trim() !== "") onSend(comment.trim());
  };
  return (
    <form class="feedback" onSubmit={send}>
      <p role="status">{texts.thanks}</p>
      {takesComments && (
        <>
          <label>
            <span>{texts.commentLabel}</span>
            <input
              type="text"
              dir="auto"
              maxLength={maxCharacters}
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
