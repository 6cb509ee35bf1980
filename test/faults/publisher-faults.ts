import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Current } from "../../src/ports/generation.ts";
import type { Fault, Scene } from "./fault.ts";
import { enginesUnder } from "./processes-of.ts";
import { endAnyTime, pauseAnyTime } from "./interrupt-publisher.ts";
import { pauseAtSwitch } from "./pause-at-switch.ts";
import type { Switch } from "./pause-at-switch.ts";

const kills = 20;
const pauses = 10;
const rounds = 10;

const neverCaught = "no publisher could be caught just before its rename";

/** Longer than any deadline of a small write: it passes while the publisher sleeps. */
const longPauseMs = 17_000;

const pausesAtSwitch: readonly { readonly at: Switch; readonly lastsMs: number }[] = [
  { at: "CURRENT", lastsMs: 0 },
  { at: "CURRENT", lastsMs: 0 },
  { at: "record", lastsMs: 0 },
  { at: "record", lastsMs: 0 },
  { at: "CURRENT", lastsMs: longPauseMs },
  { at: "record", lastsMs: longPauseMs },
];

export const publisherFaults: readonly Fault[] = [
  {
    name: "killed",
    title: `publisher SIGKILL, ${kills} times`,
    inject: async (scene) => {
      const usualMs = await usualDuration(scene);
      const problems = new Set<string>();
      let early = 0;
      let before = await scene.share.wholeCurrent();
      for (let round = 0; round < kills; round += 1) {
        const afterMs = Math.random() * usualMs;
        const published = await endAnyTime(scene.publisher.begin(scene.nextEdition()), afterMs);
        early += published ? 0 : 1;
        const when = `killed after ${Math.round(afterMs)} of ${Math.round(usualMs)} ms`;
        before = await checkCurrent(scene, before, (problem) => problems.add(`${when}: ${problem}`));
      }
      const claim = `CURRENT names a whole generation after each kill (${early} before its end)`;
      scene.verify(claim, problems.size === 0, [...problems].join("; "));
      await verifyNextPublish(scene);
      verifyNoLitter(scene);
    },
  },
  {
    name: "paused",
    title: `publisher paused, ${pauses} times, another publishes`,
    inject: async (scene) => {
      const usualMs = await usualDuration(scene);
      const problems = new Set<string>();
      let gaveUp = 0;
      for (let round = 0; round < pauses; round += 1) {
        const afterMs = Math.random() * usualMs;
        const problem = await overtake(scene, () =>
          pauseAnyTime(scene.publisher.begin(scene.nextEdition()), afterMs),
        );
        if (problem === "gave up") gaveUp += 1;
        else if (problem) problems.add(`paused after ${Math.round(afterMs)} ms: ${problem}`);
      }
      const claim = `the later publisher won each time (the paused one gave up ${gaveUp} times)`;
      scene.verify(claim, problems.size === 0, [...problems].join("; "));
      await verifyNextPublish(scene);
    },
  },
  {
    name: "paused-at-switch",
    title: "publisher paused just before its rename, another publishes",
    inject: async (scene) => {
      for (const { at, lastsMs } of pausesAtSwitch) {
        const problem = await overtake(scene, () => pauseAtSwitch(scene, at), lastsMs);
        const won = problem === undefined || problem === "gave up";
        const when = `paused before ${at}${lastsMs === 0 ? "" : ` for ${lastsMs / 1_000} s`}`;
        scene.verify(`${when}: the later publisher won`, won, problem);
      }
      await verifyNextPublish(scene);
    },
  },
  {
    name: "overslept",
    title: `publisher paused for ${longPauseMs / 1_000} s at its rename, alone`,
    inject: async (scene) => {
      const { share, verify } = scene;
      const before = await share.wholeCurrent();
      const paused = await pauseAtSwitch(scene, "CURRENT");
      if (!paused) return verify("a publisher was caught just before its rename", false, neverCaught);
      const { goOn, finished } = paused;
      await new Promise((resolve) => setTimeout(resolve, longPauseMs));
      goOn();
      const { code, generation } = await finished;
      const problems: string[] = [];
      const after = await checkCurrent(scene, before, (problem) => problems.push(problem));
      verify("CURRENT names a whole generation", problems.length === 0, problems.join("; "));
      const claim = code === 0 ? after.generation === generation : after.generation === before.generation;
      verify("what the publisher says is what happened", claim, `exit code ${code}, ${after.generation}`);
      await verifyNextPublish(scene);
    },
  },
  {
    name: "two-publishers",
    title: `two publishers at once, ${rounds} times`,
    inject: async (scene) => {
      const problems = new Set<string>();
      let lost = 0;
      for (let round = 0; round < rounds; round += 1) {
        const [winners, problem] = await race(scene);
        lost += 2 - winners;
        if (problem) problems.add(problem);
      }
      const claim = `each round one won or both did in turn (${lost} gave up)`;
      scene.verify(claim, problems.size === 0, [...problems].join("; "));
      await verifyNextPublish(scene);
    },
  },
];

/** Measured under the same load that the faults have. */
const usualDuration = async ({ publisher, nextEdition }: Scene): Promise<number> => {
  await publisher.publish(nextEdition());
  return (await publisher.publish(nextEdition())).durationMs;
};

const checkCurrent = async (
  { share }: Scene,
  before: Current,
  report: (problem: string) => void,
): Promise<Current> => {
  try {
    const now = await share.wholeCurrent();
    if (now.sequence < before.sequence) report(`sequence ${before.sequence} went back to ${now.sequence}`);
    return now;
  } catch (error) {
    report((error as Error).message);
    return before;
  }
};

export interface Paused {
  readonly goOn: () => void;
  readonly finished: Promise<{ readonly code: number | string; readonly generation: string | undefined }>;
}

/** Another publishes while one is paused: from then on its generation has to be the served one. */
const overtake = async (
  scene: Scene,
  pause: () => Promise<Paused | undefined>,
  forMs = 0,
): Promise<string | undefined> => {
  const { share, otherPublisher, nextEdition } = scene;
  const paused = await pause();
  if (!paused) return neverCaught;
  const { goOn, finished } = paused;
  const began = performance.now();
  try {
    const other = await otherPublisher.publish(nextEdition());
    const switched = await share.wholeCurrent();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, forMs - performance.now() + began)));
    goOn();
    const { code, generation } = await finished;
    const after = await share.wholeCurrent();
    // paused before it looked at CURRENT: what it then publishes is the newer one
    if (code === 0 && after.generation === generation && after.parent === other.generation) return undefined;
    if (after.generation !== other.generation || after.sequence !== switched.sequence) {
      const [from, to] = [switched, after].map((current) => `${current.sequence} ${current.generation}`);
      return `CURRENT went from ${from} to ${to}, and the paused one exited with ${code}`;
    }
    return code === 0 ? undefined : "gave up";
  } catch (error) {
    return (error as Error).message;
  } finally {
    goOn();
    await finished;
  }
};

const race = async (scene: Scene): Promise<readonly [number, string | undefined]> => {
  const { share, publisher, otherPublisher, nextEdition } = scene;
  const before = await share.current();
  const ends = await Promise.all([
    publisher.begin(nextEdition()).finished,
    otherPublisher.begin(nextEdition()).finished,
  ]);
  const winners = ends.filter(({ code }) => code === 0);
  const unclear = ends.find(({ code, said }) => code !== 0 && !said.includes("Publish lost:"));
  if (unclear) return [winners.length, `one ended otherwise: ${unclear.code} ${unclear.said}`];
  try {
    const { sequence, generation, parent } = await share.wholeCurrent();
    const others = winners.filter((winner) => winner.generation !== generation);
    if (others.length === winners.length)
      return [winners.length, `CURRENT names ${generation}, which no publisher says to have published`];
    // of two who won, the later one saw what the earlier one had published
    const from = others[0]?.generation ?? before.generation;
    if (parent !== from || sequence !== before.sequence + winners.length) {
      const claim = `${winners.length} won from ${before.sequence}, and CURRENT has ${sequence}`;
      return [winners.length, `${claim}, after ${parent} where it should be ${from}`];
    }
    return [winners.length, undefined];
  } catch (error) {
    return [winners.length, (error as Error).message];
  }
};

const verifyNextPublish = async (scene: Scene): Promise<void> => {
  const { publisher, share, nextEdition, verify, verifyServes } = scene;
  const edition = nextEdition();
  const { code, said, generation } = await publisher.begin(edition).finished;
  verify("the next publish works", code === 0, said);
  const now = await share.wholeCurrent();
  verify("and CURRENT names what it published", now.generation === generation, now.generation);
  await verifyServes(edition);
};

/** What a killed publisher left on its own disk and on the share is gone after the next publish. */
const verifyNoLitter = ({ root, share, app, verify }: Scene): void => {
  const folder = join(root, "publisher");
  const engines = enginesUnder(folder);
  verify("no engine of a killed publisher is left", engines.length === 0, engines.join(", "));
  const copies = readdirSync(join(folder, "local"));
  verify("none of its builds is left on its disk", copies.length === 0, `${copies.length} in local/`);
  const drafts = readdirSync(share.folder).filter((name) => name.endsWith(".tmp"));
  verify("no draft of CURRENT is left on the share", drafts.length === 0, drafts.join(", "));
  verify("the app lives", app.child.exitCode === null);
};
