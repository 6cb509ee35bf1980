import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Turn } from "../core/conversation.ts";
import type { Texts } from "../texts/en.ts";
import { FeedbackForm } from "./feedback-form.tsx";
import { IconButton } from "./icon.tsx";
import { TimingTable } from "./timing-table.tsx";

interface Properties {
  readonly turn: Turn;
  readonly onRetry: () => void;
  readonly takesComments: boolean;
  readonly onRate: (rating: "up" | "down", comment?: string) => void;
  readonly texts: Texts;
}

const copiedMs = 2_000;

/** What can be done with an answer: copy it, ask again, rate it, see what took how long. */
export const AnswerActions = (properties: Properties): JSX.Element => {
  const { turn, onRetry, takesComments, onRate, texts } = properties;
  const [isCopied, setCopied] = useState(false);
  const [showsTimings, setShowsTimings] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyText(turn.text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), copiedMs);
  };
  const canRate = turn.start?.answerId !== undefined && turn.state === "done";
  const rate = (rating: "up" | "down"): JSX.Element => (
    <IconButton
      icon={rating}
      label={rating === "up" ? texts.good : texts.bad}
      isPressed={turn.rating === rating}
      onClick={() => onRate(rating)}
    />
  );
  return (
    <>
      <div class="actions">
        {turn.text !== "" && canCopy && (
          <IconButton
            icon={isCopied ? "done" : "copy"}
            label={isCopied ? texts.copied : texts.copy}
            onClick={() => void copy()}
          />
        )}
        <IconButton icon="retry" label={texts.retry} onClick={onRetry} />
        {canRate && rate("up")}
        {canRate && rate("down")}
        {turn.start && (
          <IconButton
            icon="time"
            label={texts.timings}
            isExpanded={showsTimings}
            onClick={() => setShowsTimings(!showsTimings)}
          />
        )}
      </div>
      {turn.rating && (
        <FeedbackForm
          key={turn.rating}
          takesComments={takesComments && turn.commented !== true}
          onSend={(comment) => onRate(turn.rating ?? "up", comment)}
          texts={texts}
        />
      )}
      {showsTimings && <TimingTable turn={turn} texts={texts} />}
    </>
  );
};

/** Pages that are served neither over HTTPS nor by this machine have no clipboard. */
const canCopy = "clipboard" in navigator;

/** Whether it could be copied: a site may forbid it. */
const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};
