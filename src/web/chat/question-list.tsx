import type { JSX } from "preact";

interface Properties {
  readonly questions: readonly string[];
  readonly onAsk: (question: string) => void;
}

/** Questions that are asked with a click. */
export const QuestionList = ({ questions, onAsk }: Properties): JSX.Element => (
  <ul>
    {questions.map((question) => (
      <li>
        <button type="button" class="chip" dir="auto" onClick={() => onAsk(question)}>
          {question}
        </button>
      </li>
    ))}
  </ul>
);
