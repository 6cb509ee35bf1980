import { writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { repository } from "../support/repository.ts";
import { eventually } from "../support/processes.ts";
import { editionIn, editionQuestion } from "./corpus.ts";
import type { Fault } from "./fault.ts";
import { enginesUnder } from "./processes-of.ts";

const dayMs = 86_400_000;
const burst = 40;

/** A request has reached the app so long after it was sent. */
const sentMs = 30;

/** When one of the load's is sent is not known: on a busy machine, so long after it was started. */
const loadSentMs = 250;

/** A second less than the platform gives. */
const endWithinMs = 4_000;

let asked = Infinity;

export const appFaults: readonly Fault[] = [
  {
    name: "sigterm",
    title: "app SIGTERM under load",
    appEndsAt: () => asked,
    inject: async ({ app, root, url, load, verify }) => {
      const agent = new Agent({ keepAlive: true });
      const askMany = (): readonly Sent[] => Array.from({ length: burst }, () => send(url, agent));
      // the connections are there when it counts: those that wait to be accepted are not accepted yet
      await Promise.all(askMany().map(({ answered }) => answered));
      load.pause();
      await delay(loadSentMs);
      const more = askMany();
      await Promise.all(more.map(({ sent }) => sent));
      await delay(sentMs);
      const { inFlight } = load;
      const began = performance.now();
      // all that was started counts
      asked = began;
      app.child.kill("SIGTERM");
      const code = await Promise.race([app.exited, delay(10_000, "not in 10 s")]);
      const tookMs = performance.now() - began;
      const answers = await Promise.all(more.map(({ answered }) => answered));
      const lost = answers.filter((answer) => editionIn(answer) === undefined);
      const claim = `a burst of ${burst} beside ${inFlight} in flight is answered`;
      verify(claim, lost.length === 0, `not ${lost.length}, such as ${lost[0]}`);
      agent.destroy();
      const inTime = tookMs <= endWithinMs;
      verify(`it exits in ${Math.round(tookMs)} ms`, inTime, `more than ${endWithinMs}`);
      verify("it exits with 0", code === 0, String(code));
      const gone = await eventually(() => enginesUnder(root).length === 0, 500);
      verify("no engine is left", gone, enginesUnder(root).join(", "));
    },
  },
  {
    name: "clock",
    title: "clock jumps a day ahead, then a day back",
    prepare: ({ root }) => ({ environment: shiftedBy(join(root, "shift")) }),
    inject: async ({ root, share, publisher, nextEdition, verify, verifyServes }) => {
      const file = join(root, "shift");
      const before = await share.current();
      for (const shift of [dayMs, -dayMs]) {
        writeFileSync(file, String(shift));
        await delay(500);
        const edition = nextEdition();
        const { generation = "" } = await publisher.publish(edition, shiftedBy(file));
        const { created } = (await share.catalog.content(generation)).manifest;
        const moved = Math.abs(Date.parse(created) - Date.now() - shift) < dayMs / 2;
        verify(`the publisher's clock was ${shift > 0 ? "ahead" : "behind"}`, moved, created);
        await verifyServes(edition);
      }
      writeFileSync(file, "0");
      const { sequence } = await share.wholeCurrent();
      verify("both were published in their order", sequence === before.sequence + 2, `sequence ${sequence}`);
    },
  },
];

interface Sent {
  /** Resolves when the question has left this process, which on a busy machine is not at once. */
  readonly sent: Promise<void>;
  /** The answer, or what came instead. */
  readonly answered: Promise<string>;
}

const send = (url: string, agent: Agent): Sent => {
  const headers = { "content-type": "application/json" };
  const asking = request(`${url}/api/chat`, { agent, method: "POST", headers });
  const sent = new Promise<void>((resolve) => asking.once("finish", resolve).once("error", () => resolve()));
  const answered = new Promise<string>((resolve) => {
    asking
      .once("error", (error) => resolve(String(error)))
      .once("response", (response) => resolve(text(response).catch(String)));
  });
  asking.end(JSON.stringify({ messages: [{ role: "user", content: editionQuestion }] }));
  return { sent, answered };
};

const shiftedBy = (file: string): Record<string, string> => ({
  NODE_OPTIONS: `--require ${join(repository, "test", "faults", "shift-clock.cjs")}`,
  SHIFT_FILE: file,
});
