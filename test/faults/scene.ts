import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { enginesOf, eventually } from "../support/processes.ts";
import type { NodeProcess } from "../support/node-process.ts";
import { addressOf, hostSettings } from "../support/node-process.ts";
import { atEnd, openScope } from "./clean-up.ts";
import type { Base } from "./base.ts";
import { baseEditions } from "./base.ts";
import type { Fault, Places, Preparation, Scene } from "./fault.ts";
import { healthOf, judge, timeToRecover } from "./judge-load.ts";
import type { Judgement } from "./judge-load.ts";
import { askOnce, startLoad } from "./load.ts";
import { enginesUnder, signalQuietly } from "./processes-of.ts";
import { createPublisher, runCommand } from "./publisher.ts";
import { openShare } from "./share.ts";

/** How long the load runs before the fault and after it. */
const calmMs = 1_000;
const recoveryLimitMs = 3_000;

export interface Row {
  readonly title: string;
  readonly notRun?: string | undefined;
  readonly judgement?: Judgement;
  readonly recoveryMs?: number | undefined;
  readonly verified: readonly string[];
  readonly problems: readonly string[];
}

/** Injects one fault into an app of its own, and judges what its visitors saw. */
export const playScene = async (fault: Fault, base: Base, suiteRoot: string): Promise<Row> => {
  const root = mkdtempSync(join(suiteRoot, `${fault.name}-`));
  const cleanUp = openScope();
  try {
    atEnd(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }));
    atEnd(() => {
      for (const pid of enginesUnder(root)) signalQuietly(pid, "SIGKILL");
    });
    const share = shareFolder(root);
    base.copyTo(root, share);
    const places = { root, share, data: join(root, "data") };
    const { notRun, ...prepared } = (await fault.prepare?.(places)) ?? {};
    if (notRun !== undefined) return { title: fault.title, notRun, verified: [], problems: [] };
    return await play(fault, { ...places, ...prepared }, places.share);
  } finally {
    cleanUp();
  }
};

/** With `FAULTS_SHARE`, on the share that is mounted there. */
const shareFolder = (root: string): string => {
  const mounted = process.env["FAULTS_SHARE"];
  if (!mounted) return join(root, "share");
  const folder = mkdtempSync(join(mounted, "faults-"));
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return join(folder, "share");
};

type Place = Places & Omit<Preparation, "notRun">;

const play = async (fault: Fault, place: Place, share: string): Promise<Row> => {
  const verified: string[] = [];
  const problems: string[] = [];
  const verify: Scene["verify"] = (what, holds, seen) => {
    if (holds) verified.push(what);
    else problems.push(`not so: ${what}${seen ? ` (${seen.trim()})` : ""}`);
  };
  const app = runCommand("local-host.cjs", [], {
    ...hostSettings,
    REFRESH_SECONDS: "1",
    DATA_DIR: place.data,
    ...(place.shareSettings ?? { SNAPSHOT_DIR: place.share }),
    ...place.environment,
  });
  const url = await addressOf(app);
  if (!(await eventually(async () => (await healthOf(url)).status === "ok", 20_000)))
    throw new Error(`The app did not come up:\n${[...app.out, ...app.err].slice(-5).join("\n")}`);

  const load = startLoad(url);
  const recovered: number[] = [];
  const scene = createScene({ place, share, app, url, load, verify, recovered });
  await delay(calmMs);
  try {
    await fault.inject(scene);
  } catch (error) {
    problems.push(`injecting it failed: ${error instanceof Error ? error.message : String(error)}`);
  }
  const since = performance.now();
  const afterwardsMs = fault.appEndsAt ? undefined : await timeToRecover(load, url, since);
  const recoveryMs = afterwardsMs === undefined ? undefined : Math.max(afterwardsMs, ...recovered);
  if (!fault.appEndsAt) {
    await delay(calmMs);
    await verifyLeftovers(scene, recoveryMs);
  }
  await load.stop();
  app.child.kill("SIGTERM");
  const ended = await Promise.race([app.exited, delay(8_000, "not in 8 s")]);
  if (!fault.appEndsAt) verify("the app exits with 0", ended === 0, String(ended));
  app.child.kill("SIGKILL");

  const counted = load.outcomes.filter(({ began }) => began <= (fault.appEndsAt?.() ?? Infinity));
  const judgement = judge(counted);
  problems.push(...judgement.examples);
  return { title: fault.title, judgement, recoveryMs, verified, problems };
};

/** After whatever happened: one engine, one local copy, and health as before. */
const verifyLeftovers = async (scene: Scene, recoveryMs: number | undefined): Promise<void> => {
  const { app, appData, url, verify } = scene;
  if (recoveryMs === undefined)
    verify("the app recovers within 15 s", false, JSON.stringify(await healthOf(url)));
  else if (recoveryMs > recoveryLimitMs)
    verify(`the app recovers within ${recoveryLimitMs} ms`, false, `${Math.round(recoveryMs)} ms`);
  const copies = (): readonly string[] => readdirSync(join(appData, "local"));
  const engines = (): readonly number[] => enginesOf(app.child.pid);
  await eventually(() => engines().length === 1 && copies().length === 1, 5_000);
  const seen = `${engines().length} engines, copies ${copies().join(", ")}`;
  verify("one engine and one local copy are left", engines().length === 1 && copies().length === 1, seen);
};

interface Parts extends Pick<Scene, "app" | "url" | "load" | "verify"> {
  readonly place: Place;
  readonly share: string;
  readonly app: NodeProcess;
  /** How long each recovery took that the fault measured itself. */
  readonly recovered: number[];
}

const createScene = ({ place, share, app, url, load, verify, recovered }: Parts): Scene => {
  let edition = baseEditions;
  const publisherIn = (prefix: string): Scene["publisher"] => {
    const data = join(place.root, `${prefix}publisher`);
    mkdirSync(data, { recursive: true });
    const settings = place.shareSettings ?? { SNAPSHOT_DIR: share };
    return createPublisher({ share: settings, data, knowledge: join(place.root, `${prefix}knowledge`) });
  };
  return {
    root: place.root,
    share: openShare(share),
    appShare: place.share,
    appData: place.data,
    app,
    url,
    load,
    publisher: publisherIn(""),
    otherPublisher: publisherIn("other-"),
    nextEdition: () => (edition += 1),
    verify,
    faultEnds: async () => {
      const ended = performance.now();
      await eventually(async () => (await healthOf(url)).status === "ok", 15_000);
      recovered.push(performance.now() - ended);
    },
    verifyServes: async (wanted) => {
      const serves = async (): Promise<boolean> => (await askOnce(url, undefined)).edition === wanted;
      const came = await eventually(serves, 8_000);
      verify(`edition ${wanted} is served`, came, JSON.stringify(await healthOf(url)));
    },
  };
};
