import { expect, test } from "@jest/globals";
import type { ChatTurn } from "../../src/ports/generator.ts";
import type { QuestionRewriter } from "../../src/ports/question-rewriter.ts";

interface Case {
  readonly history: readonly ChatTurn[];
  readonly question: string;
  /** Words that the stand-alone question needs; none where it stands for itself. */
  readonly needs?: RegExp;
}

const talk = (...texts: readonly string[]): readonly ChatTurn[] =>
  texts.map((content, index) => ({ role: index % 2 === 0 ? "user" : "assistant", content }));

const museum = talk("When was the Science Museum opened?", "It was opened in 1857. [1]");

export const pointingBack: readonly Case[] = [
  { history: museum, question: "Who founded it?", needs: /Science Museum/ },
  { history: museum, question: "And where?", needs: /Science Museum/ },
  { history: museum, question: "Why?", needs: /Science Museum/ },
  { history: museum, question: "What about the library?", needs: /Science Museum/ },
  { history: museum, question: "Tell me more", needs: /Science Museum/ },
  { history: museum, question: "What can I see there?", needs: /Science Museum/ },
  { history: museum, question: "Was that a success?", needs: /Science Museum/ },
  { history: museum, question: "How large are the halls?", needs: /Science Museum/ },
  {
    history: talk("Who was Charles Babbage?", "An inventor."),
    question: "When did he die?",
    needs: /Babbage/,
  },
  {
    // the subject was named three questions ago
    history: talk(
      "Who was Ada Lovelace?",
      "A writer.",
      "When was she born?",
      "In 1815.",
      "And where?",
      "In London.",
    ),
    question: "Whom did she marry?",
    needs: /Ada Lovelace/,
  },
  {
    // the last subject, not the first
    history: talk("Who was Ada Lovelace?", "A writer.", "What is the Analytical Engine?", "A design."),
    question: "Was it ever built?",
    needs: /Analytical Engine/,
  },
];

export const standingAlone: readonly Case[] = [
  "What is Flyology?",
  "When was Ada Lovelace born?",
  "And what is the Difference Engine?",
  "How did Ada Lovelace meet her husband?",
  "Is it true that Ada Lovelace had a cat?",
  "Is there a car park near the Tower Bridge?",
  "Which of the programs that Babbage wrote ran on the engine first?",
  "Where do you live?",
  "facebook",
  "Wann wurde die Uhr erfunden?",
  "¿Dónde está el museo?",
  "博物馆在哪里？",
].map((question) => ({ history: museum, question }));

/** What every rewriter promises. */
export const questionRewriterContract = (rewriter: () => QuestionRewriter): void => {
  const rewrite = ({ history, question }: Case): ReturnType<QuestionRewriter["rewrite"]> =>
    rewriter().rewrite({ history, question, signal: AbortSignal.timeout(30_000) });

  test.each(pointingBack)("names what $question points back to", async (followUp) => {
    const { text } = await rewrite(followUp);
    expect(text).toMatch(followUp.needs ?? /./);
  });

  test.each(standingAlone)("leaves $question as it is", async (followUp) => {
    expect(await rewrite(followUp)).toMatchObject({ text: followUp.question });
  });

  test("gives a short question after a long conversation of long turns", async () => {
    const history = talk(
      ...Array.from({ length: 20 }, (_, index) => `Turn ${index}: ${"very long ".repeat(500)}`),
    );
    const { text } = await rewrite({ history, question: "Why?" });
    expect(text.length).toBeLessThan(1_000);
  });
};
