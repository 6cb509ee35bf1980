import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { open as openFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import tls from "node:tls";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { createAzureFilesSnapshotStore } from "../../src/adapters/azure-files/snapshot-store.ts";
import { createFolderSnapshotStore } from "../../src/adapters/folder-snapshot-store.ts";
import type { SnapshotStore } from "../../src/ports/snapshot-store.ts";
import { messageOf } from "../../src/shared/app-error.ts";
import type { Clock } from "../../src/shared/retry.ts";
import { type AzureFilesServer, startAzureFilesServer } from "../support/azure-files-server.ts";
import { eventually } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { describeSnapshotStore } from "./snapshot-store-contract.ts";

const temporary = temporaryFolder();
const started: AzureFilesServer[] = [];
const start = async (options?: { readonly tls: boolean }): Promise<AzureFilesServer> => {
  const server = await startAzureFilesServer(options);
  started.push(server);
  return server;
};
afterAll(async () => {
  for (const server of started) await server.close();
});

/** A clock that goes on by the pauses alone, and waits for none. */
const quickClock = (): Clock => {
  let now = 0;
  return {
    now: () => now,
    pause: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
};

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString("utf8");
const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => new Error("it succeeded"),
    (error: Error) => error,
  );

describeSnapshotStore("a folder", async () => createFolderSnapshotStore(temporary));
describeSnapshotStore("an Azure Files share", async () => createAzureFilesSnapshotStore(await start()));
describeSnapshotStore("a folder of an Azure Files share", async () => {
  const server = await start();
  server.faults.pageSize = 2;
  return createAzureFilesSnapshotStore({ ...server, url: `${server.url}/deep%20in/it` });
});

test("a folder that is gone is not taken for an empty one", async () => {
  const gone = join(temporary, "not-mounted");
  const store = createFolderSnapshotStore(gone);
  const asks = [() => store.read("CURRENT"), () => store.open("CURRENT"), () => store.list("generations")];
  for (const asked of asks)
    await expect(asked()).rejects.toMatchObject({
      code: "snapshot_unavailable",
      message: `${gone} does not exist: mount the share, or run npm run ingest if nothing was ingested yet.`,
    });
});

// a pipe without a writer hangs a reader as a dead share does; Windows has none
if (process.platform !== "win32")
  test("a share that hangs takes no more than two of the process's four threads, and is well once it answers", async () => {
    const folder = join(temporary, "hanging");
    mkdirSync(folder);
    const pipe = join(folder, "CURRENT");
    execFileSync("mkfifo", [pipe]);
    const store = createFolderSnapshotStore(folder, { smallTimeoutMs: 50 });
    const messages: string[] = [];
    for (let call = 0; call < 6; call += 1) messages.push((await failure(store.read("CURRENT"))).message);
    expect(messages.slice(0, 2)).toEqual(Array(2).fill(`${pipe} cannot be read: no answer within 0.05 s.`));
    expect(messages.slice(2)).toEqual(
      Array(4).fill(`${pipe} cannot be read: earlier calls have not come back.`),
    );
    // others still read and write
    await writeFile(join(temporary, "elsewhere"), "x");
    await writeFile(pipe, "written at last");
    expect(await eventually(async () => (await store.list("").catch(() => [])).length === 1)).toBe(true);
  });

if (process.platform !== "win32")
  test("a share that hangs in the middle of a file is given up like one that hangs before", async () => {
    const folder = join(temporary, "hanging-half-way");
    mkdirSync(folder);
    const pipe = join(folder, "archive");
    execFileSync("mkfifo", [pipe]);
    const store = createFolderSnapshotStore(folder, { smallTimeoutMs: 200 });
    const writer = openFile(pipe, "w");
    const pieces = (await store.open("archive"))?.[Symbol.asyncIterator]();
    const first = pieces?.next();
    await (await writer).write("the first half");
    expect(text((await first)?.value as Uint8Array)).toBe("the first half");
    expect((await failure(Promise.resolve(pieces?.next()))).message).toBe(
      `${pipe} cannot be read: no answer within 0.2 s.`,
    );
    await (await writer).close();
  });

test("a folder that is gone is not made again by a write", async () => {
  const store = createFolderSnapshotStore(join(temporary, "unmounted"));
  await expect(store.write("x", "1")).rejects.toMatchObject({ code: "snapshot_unavailable" });
  expect(readdirSync(temporary)).not.toContain("unmounted");
});

describe("an Azure Files share", () => {
  let server: AzureFilesServer;
  let store: SnapshotStore;
  beforeAll(async () => {
    server = await start();
    store = createAzureFilesSnapshotStore({ ...server, clock: quickClock() });
    await store.write("kept", "kept");
  });
  afterEach(() => server.faults.end());

  test.each([
    [503, "ServerBusy"],
    [429, "TooManyRequests"],
    [500, "InternalError"],
    [409, "SharingViolation"],
  ])("is asked again after %d %s", async (status, code) => {
    server.faults.failNext(1, status, code);
    expect(text(await store.read("kept"))).toBe("kept");
    server.faults.failNext(2, status, code);
    await store.write(`after/${status}`, "written");
    expect(text(await store.read(`after/${status}`))).toBe("written");
    server.faults.failNext(1, status, code);
    expect(await store.list("nowhere")).toEqual([]);
  });

  test("is asked again for content that broke off", async () => {
    const content = "0123456789".repeat(500_000);
    await store.write("broken", content);
    server.faults.breakOff();
    expect(text(await store.read("broken")) === content).toBe(true);
    const opened = await store.open("broken");
    server.faults.breakOff();
    expect(text(opened && (await buffer(opened))) === content).toBe(true);
  });

  test("is asked no more than for a while", async () => {
    const before = server.requests.length;
    server.faults.failNext(100, 503);
    const error = await failure(store.read("kept"));
    expect(error).toMatchObject({
      code: "snapshot_unavailable",
      message: `${server.url}/kept cannot be read: the storage account answered 503 ServerBusy.`,
    });
    const asked = server.requests.length - before;
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(20);
  });
});

describe("an Azure Files share in trouble", () => {
  const open = async (): Promise<{ server: AzureFilesServer; store: SnapshotStore }> => {
    const server = await start();
    const store = createAzureFilesSnapshotStore({ ...server, smallTimeoutMs: 900 });
    await store.write("kept", "kept");
    return { server, store };
  };

  test("knows a rename that took place though its answer was lost", async () => {
    const { server, store } = await open();
    server.faults.loseAnswerTo("rename");
    await store.write("kept", "renamed");
    expect([...server.files()].map(([path, bytes]) => [path, text(bytes)])).toEqual([["kept", "renamed"]]);
  });

  test("leaves what was written once though the answer to its rename was lost, and no draft beside it", async () => {
    const { server, store } = await open();
    server.faults.loseAnswerTo("rename");
    server.faults.loseAnswerTo("rename");
    expect(await store.writeOnce("log/1/record", "by me")).toBe(false);
    expect([...server.files()].map(([path, bytes]) => [path, text(bytes)])).toEqual([
      ["kept", "kept"],
      ["log/1/record", "by me"],
    ]);
    expect((await store.list("log")).map(({ name }) => name)).toEqual(["1"]);
  });

  test("says so when the share is missing, which is no answer about a file", async () => {
    const { server } = await open();
    const other = createAzureFilesSnapshotStore({ ...server, url: `${server.url}s/x` });
    for (const work of [
      other.read("a"),
      other.open("a"),
      other.list(""),
      other.remove("a"),
      other.write("a", ""),
    ]) {
      expect(await failure(work)).toMatchObject({
        code: "snapshot_unavailable",
        message: expect.stringContaining("there is no such share (404 ShareNotFound)"),
      });
    }
  });

  test("fails within the deadline when nothing answers", async () => {
    const { server, store } = await open();
    server.faults.down = true;
    const works = [store.read("kept"), store.write("kept", "2"), store.list(""), store.open("kept")];
    for (const work of works.map(failure)) {
      expect(await work).toMatchObject({
        code: "snapshot_unavailable",
        message: expect.stringMatching(/the storage account cannot be reached \(\w+\)/),
      });
    }
    server.faults.end();
    expect(text(await store.read("kept"))).toBe("kept");
  });

  test("fails at the deadline when answers are late", async () => {
    const { server, store } = await open();
    server.faults.delayMs = 5_000;
    expect(await failure(store.read("kept"))).toMatchObject({
      code: "snapshot_unavailable",
      message: `${server.url}/kept cannot be read: no answer within 0.9 s.`,
    });
  });

  test("tells a stream's reader that the file was replaced meanwhile", async () => {
    const { store } = await open();
    await store.write("large", "1".repeat(5_000_000));
    const pieces = (await store.open("large"))?.[Symbol.asyncIterator]();
    await pieces?.next();
    await store.write("large", "2".repeat(5_000_000));
    await expect(pieces?.next()).rejects.toMatchObject({
      code: "snapshot_unavailable",
      message: expect.stringContaining("replaced while it was read"),
    });
  });
});

describe("access to an Azure Files share", () => {
  const secretToken = "eyJ0b2tlbg.secret";
  const credential = {
    getToken: async () => ({ token: secretToken, expiresOnTimestamp: Date.now() + 3_600_000 }),
  };

  test("is signed by the connection string's key", async () => {
    const server = await start();
    await createAzureFilesSnapshotStore(server).write("a/b", "1");
    for (const { headers } of server.requests) {
      expect(headers.authorization).toMatch(/^SharedKey devaccount:[\w+/]{43}=$/);
      expect(headers["x-ms-file-request-intent"]).toBeUndefined();
    }
  });

  test("is by token over TLS, with the intent that roles ask for", async () => {
    const trusted = tls.getCACertificates();
    const server = await start({ tls: true });
    tls.setDefaultCACertificates([...trusted, server.certificate ?? ""]);
    const store = createAzureFilesSnapshotStore({ url: server.url, credential });
    await store.write("a/b", "1");
    expect(text(await store.read("a/b"))).toBe("1");
    expect(await store.list("a")).toMatchObject([{ name: "b" }]);
    await store.remove("a");
    for (const { headers } of server.requests) {
      expect(headers.authorization).toBe(`Bearer ${secretToken}`);
      expect(headers["x-ms-file-request-intent"]).toBe("backup");
    }
    server.faults.failNext(1, 403);
    const error = await failure(store.read("a/b"));
    expect(error.message).toContain('the role "Storage File Data Privileged Contributor"');
    expect(inspect(error, { depth: 10 }) + messageOf(error)).not.toContain(secretToken);
    tls.setDefaultCACertificates(trusted);
  });

  test("tells why Entra ID gave no token", async () => {
    const refused = Object.assign(new Error("not signed in"), { name: "CredentialUnavailableError" });
    const store = createAzureFilesSnapshotStore({
      url: "https://127.0.0.1:1/devaccount/share",
      credential: { getToken: () => Promise.reject(refused) },
    });
    expect((await failure(store.read("x"))).message).toContain('sign in with "az login"');
  });

  test.each([403, 503, 400])("tells no secret when it fails with %d", async (status) => {
    const server = await start();
    const store = createAzureFilesSnapshotStore({ ...server, clock: quickClock() });
    for (const work of ["read", "list", "remove", "open"] as const) {
      server.faults.failNext(50, status, "AuthenticationFailed");
      const error = await failure(store[work]("x"));
      expect(error).toMatchObject({ code: "snapshot_unavailable" });
      const printed = inspect(error, { depth: 10 }) + messageOf(error) + JSON.stringify(error);
      expect(printed).not.toContain(server.accountKey);
      expect(printed).not.toMatch(/SharedKey devaccount:\w/);
    }
  });

  test("names the key when it is refused", async () => {
    const server = await start();
    server.faults.failNext(1, 403, "AuthenticationFailed");
    expect((await failure(createAzureFilesSnapshotStore(server).read("x"))).message).toMatch(
      /x cannot be read: access is denied: the key in the connection string .* \(403 AuthenticationFailed\)\.$/,
    );
  });

  test("is refused over plain http to another machine, and with a key that is none", async () => {
    const connectionString = "AccountName=a;AccountKey=c2VjcmV0";
    for (const options of [
      { url: "http://a.file.core.windows.net/share", connectionString },
      { url: "https://a.file.core.windows.net/share?sig=c2VjcmV0", connectionString },
      { url: "https://a.file.core.windows.net/share", connectionString: "AccountKey=c2VjcmV0" },
    ]) {
      const error = await failure(createAzureFilesSnapshotStore(options).read("x"));
      expect(error).toMatchObject({ code: "misconfigured" });
      expect(error.message).not.toContain("c2VjcmV0");
    }
  });
});
