import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { makeShare } from "../../src/adapters/make-share.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const root = temporaryFolder();
const share = join(root, "share");
const data = join(root, "data");
const gone = { code: "snapshot_unavailable", message: expect.stringContaining("mount it again") };

test("a share is made once, and not again when it is gone or its mount left a folder without it", async () => {
  await makeShare(share, data);
  writeFileSync(join(share, "CURRENT"), "…");
  await makeShare(share, data);
  renameSync(share, `${share}-away`);
  await expect(makeShare(share, data)).rejects.toMatchObject(gone);
  expect(existsSync(share)).toBe(false);
  mkdirSync(share);
  await expect(makeShare(share, data)).rejects.toMatchObject(gone);
  // something that does not know better has put something there meanwhile
  mkdirSync(join(share, "readers"));
  await expect(makeShare(share, data)).rejects.toMatchObject(gone);
  rmSync(share, { recursive: true });
  renameSync(`${share}-away`, share);
  await makeShare(share, data);
});

test("a folder on this machine's own disk may be removed and made again", async () => {
  const own = join(root, "own");
  await makeShare(own, own);
  rmSync(own, { recursive: true });
  await makeShare(own, own);
  expect(existsSync(own)).toBe(true);
});
