import { randomUUID } from "node:crypto";
import { stat, statfs } from "node:fs/promises";
import { composeSnapshots } from "../../app/parts.ts";
import type { Config } from "../../config/read-config.ts";
import { createGenerationCatalog } from "../../generations/generation-catalog.ts";
import { mountLine, mountOf } from "../../health/mount-of.ts";
import type { SnapshotStore } from "../../ports/snapshot-store.ts";
import { messageOf } from "../../shared/app-error.ts";
import { skewFinding } from "./clock-skew.ts";
import { ok, skipped, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const scarceMegabytes = 200;
const mebibyte = 1024 * 1024;

/** Where publishers and apps meet: is it there, can it be written to and replaced in, and what is served from it. */
export const checkShare = async (config: Config): Promise<readonly Finding[]> => {
  const { snapshots, dataFolder } = config;
  const findings: Finding[] = [];
  if (snapshots.kind === "folder") {
    const { folder } = snapshots;
    const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code ?? "unknown");
    if (folder === dataFolder && found === "ENOENT") {
      return [skipped("share", `${folder} is not there yet: npm run ingest makes it`)];
    }
    if (typeof found === "string" || !found.isDirectory()) {
      const why = typeof found === "string" ? found : "it is no folder";
      const remedy = "Mount it there, or set SNAPSHOT_DIR to where it is mounted.";
      return [wrong("share", `${folder} cannot be used as the share: ${why}.`, remedy)];
    }
    findings.push(...(await describeFolder(folder)));
  } else findings.push(ok("share", `${snapshots.url}, over REST`));
  const store = composeSnapshots(config);
  const served = await checkServed(store);
  return [...findings, ...(await checkReplacing(store)), ...served];
};

const describeFolder = async (folder: string): Promise<readonly Finding[]> => {
  const mount = await mountOf(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / mebibyte);
  const lies = mount ? `mounted as ${mountLine(mount)}` : "on a disk that this system tells nothing of";
  const findings = [ok("share", `${folder}, ${lies}`)];
  if (free >= scarceMegabytes) return [...findings, ok("share", `${free} MB free`)];
  const remedy = "Make room, or lower KEEP_GENERATIONS.";
  return [...findings, wrong("share", `Only ${free} MB are free: the next ingest may not fit.`, remedy)];
};

/** Writes as a publisher does, a draft beside its destination that is then renamed over it. */
const checkReplacing = async (store: SnapshotStore): Promise<readonly Finding[]> => {
  const folder = `doctor-${randomUUID()}`;
  try {
    await store.write(`${folder}/probe`, "one");
    const before = Date.now();
    await store.write(`${folder}/probe`, "two");
    const [entry] = await store.list(folder);
    const read = Buffer.from((await store.read(`${folder}/probe`)) ?? "").toString("utf8");
    if (read !== "two") throw new Error(`a file that was replaced reads "${read}"`);
    const skew = entry ? [skewFinding("the share", entry.modified - before)] : [];
    return [ok("share", "a file can be written, replaced by a rename, and read"), ...skew];
  } catch (error) {
    const remedy = "Publishers need to write there; an app that only reads does without.";
    return [wrong("share", `It cannot be written to: ${messageOf(error)}`, remedy)];
  } finally {
    await store.remove(folder).catch(() => undefined);
  }
};

const checkServed = async (store: SnapshotStore): Promise<readonly Finding[]> => {
  const catalog = createGenerationCatalog(store);
  const goBack = "npm run rollback serves an older one, npm run ingest -- --force makes a new one.";
  try {
    const current = await catalog.current();
    if (!current && (await catalog.list()).length > 0) {
      return [
        wrong(
          "generation",
          "CURRENT is missing, though generations are there.",
          "npm run rollback writes it again.",
        ),
      ];
    }
    if (!current) return [warning("generation", "Nothing was published yet.", "Run npm run ingest.")];
    await catalog.check(current.generation);
    const { manifest } = await catalog.content(current.generation);
    const passages = manifest.namespaces.reduce((sum, namespace) => sum + namespace.passages, 0);
    const about = `${manifest.id} of ${manifest.created}: ${passages} passages, ${manifest.files.length} files as published`;
    return [ok("generation", about)];
  } catch (error) {
    return [wrong("generation", messageOf(error), goBack)];
  }
};
