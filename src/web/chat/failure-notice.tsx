import type { JSX } from "preact";
import type { Failure } from "../core/answer-event.ts";
import type { Texts } from "../texts/en.ts";
import { failureText } from "./failure-text.ts";
import { Icon } from "./icon.tsx";

interface Properties {
  readonly failure: Failure;
  readonly onRetry: () => void;
  readonly texts: Texts;
}

/** Says what went wrong, with a way on. */
export const FailureNotice = ({ failure, onRetry, texts }: Properties): JSX.Element => (
  <div class="failure">
    <p>{failureText(failure, texts)}</p>
    <button type="button" class="quiet" onClick={onRetry}>
      <Icon name="retry" />
      {texts.retry}
    </button>
  </div>
);
