/*
 * Preloaded with `--require`: moves this process's clock by as many milliseconds as the file
 * SHIFT_FILE says, while it runs too. Timers go by another clock, as they do when a machine's jumps.
 */
const { readFileSync } = require("node:fs");

const RealDate = Date;
const realNow = Date.now;
let shift = 0;
const look = () => {
  try {
    shift = Number(readFileSync(process.env.SHIFT_FILE, "utf8")) || 0;
  } catch {
    shift = 0;
  }
};
look();
setInterval(look, 100).unref();

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(realNow() + shift);
    else super(...parts);
  }
  static now() {
    return realNow() + shift;
  }
};
