import { describe, expect, test } from "@jest/globals";
import { fitHistory } from "../../src/chat/fit-history.ts";
import type { ChatTurn } from "../../src/ports/generator.ts";

/** A token a character, so that budgets can be read off. */
const fit = (history: readonly ChatTurn[], maxTokens: number): readonly ChatTurn[] =>
  fitHistory(history, { maxTokens, tokens: { count: (text) => text.length } });

const user = (content: string): ChatTurn => ({ role: "user", content });
const assistant = (content: string): ChatTurn => ({ role: "assistant", content });

describe("the conversation in a prompt", () => {
  const talk = [user("one"), assistant("two"), user("three"), assistant("four")];

  test("is all of it where it fits", () => {
    expect(fit(talk, 15)).toEqual(talk);
  });

  test("is the newest of it where it does not, from a question on", () => {
    expect(fit(talk, 14)).toEqual(talk.slice(2));
    expect(fit(talk, 12)).toEqual(talk.slice(2));
  });

  test("keeps the question of an answer that is too long, and the beginning of the answer", () => {
    expect(fit([user("why?"), assistant("b".repeat(100))], 20)).toEqual([
      user("why?"),
      assistant(`${"b".repeat(9)}…`),
    ]);
  });

  test("keeps the beginning of both where both are too long", () => {
    const kept = fit([user("a".repeat(100)), assistant("b".repeat(100))], 20);
    expect(kept.map(({ content }) => content.length)).toEqual([10, 10]);
  });

  test("begins with the visitor, whoever spoke first", () => {
    expect(fit([assistant("Hello!"), user("one"), assistant("two")], 100)).toEqual([
      user("one"),
      assistant("two"),
    ]);
    expect(fit([assistant("Hello!")], 100)).toEqual([]);
  });

  test("takes several turns of one side as they came", () => {
    const odd = [user("one"), user("two"), assistant("three"), assistant("four"), user("five")];
    expect(fit(odd, 100)).toEqual(odd);
  });

  test("is empty without room, or without a conversation", () => {
    expect(fit(talk, 0)).toEqual([]);
    expect(fit(talk, 1)).toEqual([]);
    expect(fit([], 100)).toEqual([]);
  });

  test("never ends in half of a character", () => {
    for (const maxTokens of [8, 9, 10, 11]) {
      const [turn] = fit([user("🎓".repeat(50))], maxTokens);
      expect(turn?.content.isWellFormed()).toBe(true);
      expect(turn?.content.length).toBeGreaterThan(1);
    }
  });
});
