import type { JSX } from "preact";
import type { Failure } from "../core/answer-event.ts";
import type { About } from "../core/backend.ts";
import type { Texts } from "../texts/en.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { QuestionList } from "./question-list.tsx";

interface Properties {
  readonly about: About | undefined;
  readonly failure: Failure | undefined;
  /** Whether a key is asked for elsewhere. */
  readonly isLocked: boolean;
  readonly onAsk: (question: string) => void;
  readonly onRetry: () => void;
  readonly texts: Texts;
}

/** Says whom one can ask about, and how to begin. */
export const FirstScreen = ({ about, failure, isLocked, onAsk, onRetry, texts }: Properties): JSX.Element => (
  <section class="first">
    <Title about={about} failure={failure} texts={texts} />
    <p class="intro">
      {texts.intro} {about && (about.mode === "generated" ? texts.introGenerated : texts.introExtractive)}
    </p>
    {failure && !isLocked && (
      <div role="alert">
        <FailureNotice failure={failure} onRetry={onRetry} texts={texts} />
      </div>
    )}
    {about && about.starters.length > 0 && (
      <nav class="starters" aria-label={texts.starters}>
        <p aria-hidden="true">{texts.starters}</p>
        <QuestionList questions={about.starters} onAsk={onAsk} />
      </nav>
    )}
  </section>
);

const Title = ({ about, failure, texts }: Pick<Properties, "about" | "failure" | "texts">): JSX.Element => {
  if (!about && !failure) {
    return (
      <h1 class="pending">
        <span class="over">{texts.askAbout}</span> …
      </h1>
    );
  }
  if (!about?.subject) return <h1>{texts.askAnything}</h1>;
  return (
    <h1>
      <span class="over">{texts.askAbout}</span> <bdi>{about.subject}</bdi>
    </h1>
  );
};
