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

  test("begins with the visitor, also where the assistant spoke first", () => {
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

describe("a conversation that is much longer than its room", () => {
  const counted = (
    history: readonly ChatTurn[],
    maxTokens: number,
  ): { turns: number; characters: number } => {
    let characters = 0;
    const count = (text: string): number => {
      characters += text.length;
      return Math.ceil(text.length / 4);
    };
    const kept = fitHistory(history, { maxTokens, tokens: { count } });
    return { turns: kept.length, characters };
  };

  test("costs what fits, not what it holds: counting tokens takes longer than the text grows", () => {
    const long = "a long answer ".repeat(20_000);
    const turns = Array.from({ length: 500 }, () => [user(long), assistant(long)]).flat();
    expect(counted(turns, 1_000)).toEqual({ turns: 2, characters: expect.any(Number) });
    expect(counted(turns, 1_000).characters).toBeLessThan(20_000);
    expect(counted(turns, 0).characters).toBeLessThan(2_000);
  });

  test("keeps a hundred turns at most: each costs a model more than its text", () => {
    const turns = Array.from({ length: 500 }, () => [user("a"), assistant("b")]).flat();
    expect(fit(turns, 5_000)).toHaveLength(100);
  });

  test("keeps as much of a long turn as there is room for", () => {
    const lengthOf = (length: number): number | undefined =>
      fit([user("a".repeat(length))], 8_000)[0]?.content.length;
    expect([4_000, 4_001, 4_400, 1_000_000].map(lengthOf)).toEqual([4_000, 4_000, 4_000, 4_000]);
  });
});
