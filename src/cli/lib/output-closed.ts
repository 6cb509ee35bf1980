const closed = new AbortController();

/** Aborted when the reader of the output has gone, as in `npm run doctor | head -1`. */
export const outputClosed = closed.signal;

/** Keeps a reader that has gone from ending the command amid its work: what is still written is lost. */
export const watchOutput = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      closed.abort(error);
    });
  }
};
