import { setTimeout as delay } from "node:timers/promises";
import { text } from "node:stream/consumers";
import { expect, test } from "@jest/globals";
import { createStreamWithKeepAlives } from "../../src/http/stream.ts";

test("a stream sends each line as it comes, and keep-alives while none comes", async () => {
  const lines = async function* (): AsyncGenerator<string> {
    yield "one\n";
    await delay(60);
    yield "two\n";
  };
  const sent = await text(createStreamWithKeepAlives(lines(), { keepAlive: ".", intervalMs: 20 }));
  expect(sent).toMatch(/^one\n\.+two\n$/);
});

test("a line that is late is neither lost nor asked for twice", async () => {
  let asked = 0;
  const lines = async function* (): AsyncGenerator<string> {
    for (; asked < 3; asked += 1) {
      await delay(15);
      yield `${asked}`;
    }
  };
  const sent = await text(createStreamWithKeepAlives(lines(), { keepAlive: ".", intervalMs: 10 }));
  expect(sent.replaceAll(".", "")).toBe("012");
});

test("a reader who leaves ends the lines at once, however far the next keep-alive is", async () => {
  const ended = Promise.withResolvers<string>();
  const lines: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => undefined),
      return: () => {
        ended.resolve("ended");
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  const reader = createStreamWithKeepAlives(lines, { keepAlive: ".", intervalMs: 60_000 }).getReader();
  void reader.read();
  await reader.cancel();
  expect(await ended.promise).toBe("ended");
});

test("lines are made no faster than they are read", async () => {
  let made = 0;
  const lines = async function* (): AsyncGenerator<string> {
    for (; ; made += 1) yield `${await Promise.resolve(made)}`;
  };
  const reader = createStreamWithKeepAlives(lines(), { keepAlive: ".", intervalMs: 60_000 }).getReader();
  await reader.read();
  await delay(20);
  expect(made).toBeLessThanOrEqual(1);
  await reader.cancel();
});
