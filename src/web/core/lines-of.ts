/**
 * The lines of a response as they come. Throws when the connection breaks, and when nothing came for
 * `silenceMs`: the server sends a blank line at least every 15 s.
 */
export async function* linesOf(body: ReadableStream<Uint8Array>, silenceMs: number): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  /** The parts of a line that has no end yet: they are joined once, a line may come in thousands. */
  let rest: string[] = [];
  try {
    for (;;) {
      const { done, value } = await withinMs(reader.read(), silenceMs);
      if (done) break;
      const [end = "", ...lines] = decoder.decode(value, { stream: true }).split("\n");
      rest.push(end);
      if (lines.length === 0) continue;
      yield rest.join("");
      rest = [lines.pop() ?? ""];
      yield* lines;
    }
    yield rest.join("") + decoder.decode();
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

const withinMs = async <T>(work: Promise<T>, milliseconds: number): Promise<T> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Nothing came for too long.")), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
};
