interface Progress {
  readonly done: number;
  readonly total: number;
}

const width = 30;

/** Shows progress: a bar on a terminal, a line at each tenth elsewhere. */
export const createProgress = (what: string): ((progress: Progress) => void) => {
  const terminal = process.stdout.isTTY;
  let shownTenth = 0;
  return ({ done, total }) => {
    const count = `${done} of ${total}`;
    if (terminal) {
      const filled = Math.round((done / total) * width);
      process.stdout.write(`\r${what} ${"█".repeat(filled)}${"░".repeat(width - filled)} ${count}`);
      if (done === total) process.stdout.write("\n");
      return;
    }
    const tenth = Math.floor((done / total) * 10);
    if (tenth === shownTenth) return;
    shownTenth = tenth;
    process.stdout.write(`${what} ${count}\n`);
  };
};
