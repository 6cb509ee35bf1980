import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startAzureFilesServer } from "../support/azure-files-server.ts";
import type { AzureFilesServer } from "../support/azure-files-server.ts";
import { eventually } from "../support/processes.ts";
import { atEnd } from "./clean-up.ts";
import type { Fault } from "./fault.ts";
import { healthOf } from "./judge-load.ts";
import { createPublisher } from "./publisher.ts";

const slowByMs = 400;

let server: AzureFilesServer | undefined;

/** The same over REST: every request of the app and of the publisher is answered late. */
export const slowRestFault: Fault = {
  name: "slow-rest",
  title: `share slow over REST: ${slowByMs} ms a request`,
  prepare: async ({ root }) => {
    const started = await startAzureFilesServer();
    server = started;
    atEnd(() => void started.close());
    const shareSettings = {
      SNAPSHOT_URL: started.url,
      SNAPSHOT_CONNECTION_STRING: started.connectionString,
    };
    const place = { share: shareSettings, data: join(root, "publisher"), knowledge: join(root, "knowledge") };
    await createPublisher(place).publish(2);
    return { shareSettings };
  },
  inject: async ({ url, publisher, nextEdition, verify, verifyServes }) => {
    if (!server) throw new Error("There is no server.");
    server.faults.delayMs = slowByMs;
    const before = server.requests.length;
    const edition = nextEdition();
    const { generation, durationMs } = await publisher.publish(edition);
    verify(`a publication took ${(durationMs / 1_000).toFixed(1)} s`, generation !== undefined);
    const published = performance.now();
    await delay(slowByMs);
    const came = await eventually(async () => (await healthOf(url)).generation === generation, 30_000);
    const seconds = ((performance.now() - published) / 1_000).toFixed(1);
    verify(`the new generation came ${seconds} s later`, came);
    verify(`${server.requests.length - before} requests were delayed`, server.requests.length > before);
    await verifyServes(edition);
    server.faults.end();
  },
};
