import { readFile, statfs } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import type { FirstAnswer } from "./first-answer.ts";
import { withSignal } from "../shared/with-signal.ts";
import { mountLine, mountOf } from "./mount-of.ts";
import type { Mount } from "./mount-of.ts";
import { familyOf, proportionalMemory } from "./process-usage.ts";

interface MachineQuery {
  /** `undefined` where the share is reached over REST, or not known. */
  readonly shareFolder: string | undefined;
  readonly dataFolder: string | undefined;
  readonly firstAnswer: FirstAnswer | undefined;
}

/** Facts that only the machine running the app can find out. */
export interface PlatformFacts {
  readonly node: string;
  readonly system: string;
  /** `undefined` where the C library is another one. */
  readonly glibc: string | undefined;
  readonly cores: number;
  /** Of /proc/mounts. */
  readonly shareMount: string | undefined;
  readonly localMount: string | undefined;
  readonly localFreeMb: number | undefined;
  readonly memory: {
    /** The app with its engines, what they share counted once. */
    readonly appAndEngineMb: number | undefined;
    readonly appMb: number;
    readonly machineMb: number;
    /** Of the container, where there is one. */
    readonly limitMb: number | undefined;
  };
  readonly uptimeSeconds: number;
  readonly firstAnswer: FirstAnswer | undefined;
}

/** Deadline for looking at the share's mount; one that hangs would delay the other facts. */
const mountTimeoutMs = 2_000;

/** Reads the machine's facts; a fact that cannot be read is `undefined`. */
export const platformFacts = async ({
  shareFolder,
  dataFolder,
  firstAnswer,
}: MachineQuery): Promise<PlatformFacts> => {
  const shareMount = shareFolder && (await shareMountOf(shareFolder));
  const localMount = dataFolder && (await mountOf(dataFolder));
  return {
    node: process.version,
    system: await systemName(),
    glibc: glibcVersion(),
    cores: availableParallelism(),
    shareMount: shareMount ? mountLine(shareMount) : undefined,
    localMount: localMount ? mountLine(localMount) : undefined,
    // the folder itself may not be there yet
    localFreeMb: localMount ? await freeMegabytes(localMount.folder) : undefined,
    memory: {
      appAndEngineMb:
        process.platform === "linux" ? megabytes(proportionalMemory(familyOf(process.pid))) : undefined,
      appMb: megabytes(process.memoryUsage.rss()),
      machineMb: megabytes(totalmem()),
      limitMb: await memoryLimit(),
    },
    uptimeSeconds: Math.round(process.uptime()),
    firstAnswer,
  };
};

/** The C library's version that Node itself runs on; `undefined` where it is no glibc. */
export const glibcVersion = (): string | undefined => {
  // without this the report resolves the host name of every open connection
  Object.assign(process.report, { excludeNetwork: true });
  const { header } = process.report.getReport() as {
    readonly header: { readonly glibcVersionRuntime?: string };
  };
  return header.glibcVersionRuntime;
};

const systemName = async (): Promise<string> => {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? `${process.platform} ${process.arch}`;
};

/** One look at a time: each that hangs holds a thread of the process. */
let looking: Promise<Mount | undefined> | undefined;
const shareMountOf = (folder: string): Promise<Mount | undefined> => {
  looking ??= mountOf(folder).finally(() => (looking = undefined));
  return withSignal(looking, AbortSignal.timeout(mountTimeoutMs)).catch(() => undefined);
};

const freeMegabytes = (folder: string): Promise<number | undefined> =>
  statfs(folder).then(
    ({ bavail, bsize }) => megabytes(bavail * bsize),
    () => undefined,
  );

const memoryLimit = async (): Promise<number | undefined> => {
  for (const file of ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]) {
    const limit = Number((await readFile(file, "utf8").catch(() => "")).trim() || Number.NaN);
    // without a limit it says "max", or a number that no machine has
    if (Number.isFinite(limit) && limit <= totalmem()) return megabytes(limit);
  }
  return undefined;
};

const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024);
