import { readFileSync, readdirSync } from "node:fs";

/** The clock of /proc: 100 ticks a second on every Linux that Node runs on. */
const ticksASecond = 100;

/** The processes that a process has started, and theirs, itself included. */
export const familyOf = (root: number): readonly number[] => {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    const pid = Number(name);
    const fields = pid ? statOf(pid) : undefined;
    if (fields) parents.set(pid, Number(fields[1]));
  }
  const family = [root];
  for (const member of family) {
    for (const [pid, parent] of parents) if (parent === member) family.push(pid);
  }
  return family;
};

/** The memory of processes together, in bytes: what several share counts once. */
export const proportionalMemory = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1];
    return sum + Number(kilobytes ?? 0) * 1_024;
  }, 0);

/** The seconds of CPU that a process has used up to now, with those of its children that have ended. */
export const cpuSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => {
    const [, , ...fields] = statOf(pid) ?? [];
    // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), of which the first here is 5
    return sum + fields.slice(9, 13).reduce((ticks, field) => ticks + Number(field), 0) / ticksASecond;
  }, 0);

/** State, parent and what follows; the name before them may hold anything. */
const statOf = (pid: number): readonly string[] | undefined => {
  const text = read(`/proc/${pid}/stat`);
  return text ? text.slice(text.lastIndexOf(")") + 2).split(" ") : undefined;
};

/** A process may end while it is looked at. */
const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};
