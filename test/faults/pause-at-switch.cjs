/*
 * `pause-at-switch.cjs <share> <process id> CURRENT|record`: stops a publisher in the moment in which
 * its draft of CURRENT, or of its record beside it, lies on the share and has not been renamed yet.
 * Says whether it was in time.
 */
const { existsSync, readdirSync } = require("node:fs");
const { join } = require("node:path");

const [share, publisher, what] = process.argv.slice(2);

/** A record is written in a folder that is renamed as a whole. */
const findDraft = () => {
  const [folder, beginning] = what === "CURRENT" ? [share, "CURRENT."] : [join(share, "publications"), ""];
  if (!existsSync(folder)) return undefined;
  const draft = readdirSync(folder).find((name) => name.startsWith(beginning) && name.endsWith(".tmp"));
  return draft && join(folder, draft);
};

for (;;) {
  const draft = findDraft();
  if (draft === undefined) continue;
  process.kill(Number(publisher), "SIGSTOP");
  // a call that had started before it was stopped is finished by the kernel
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  process.stdout.write(existsSync(draft) ? "in time\n" : "too late\n");
  break;
}
