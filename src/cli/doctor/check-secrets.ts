import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { settings } from "../../config/settings.ts";
import { ok, skipped, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

const run = promisify(execFile);

const shortestSecret = 12;
const largestFile = 1024 * 1024;
const settingsFile = /(?:^|\/)(?:local\.settings\.json|\.env(?:\.(?!example)[^/]*)?)$/;

/** Settings of ours that hold a secret. */
const secretNames = Object.keys(settings).filter((name) => /KEY|SECRET|CONNECTION_STRING/.test(name));

interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Each key of a list, and of a connection string its key alone: it may have been copied without the rest. */
const secretsOf = (values: Readonly<Record<string, string | undefined>>): readonly Secret[] =>
  secretNames.flatMap((name) => {
    const text = values[name] ?? "";
    const keys = [...text.matchAll(/(?:AccountKey|InstrumentationKey)=([^;]+)/gi)].map(([, key = ""]) => key);
    return (keys.length > 0 ? keys : text.split(","))
      .map((value) => value.trim())
      .filter((value) => value.length >= shortestSecret)
      .map((value) => ({ name, value }));
  });

/** Whether git tracks, or would track, a file with secrets. `values` are the settings that are in use. */
export const checkSecrets = async (
  appRoot: string,
  values: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> => {
  const git = (...words: string[]): Promise<string> =>
    run("git", ["-C", appRoot, ...words], { maxBuffer: 64 * 1024 * 1024, timeout: 30_000 }).then(
      ({ stdout }) => stdout,
    );
  const listed = await git("ls-files", "-z").catch(() => undefined);
  if (listed === undefined) return [skipped("secrets", `${appRoot} is no git repository`)];
  const tracked = listed.split("\0").filter(Boolean);
  const withdraw = "Replace the secrets in it: a commit keeps them. Then git rm --cached it, and commit.";
  const findings = tracked
    .filter((path) => settingsFile.test(path))
    .map((path) => wrong("secrets", `git tracks ${path}.`, withdraw));
  const ignored = await git("check-ignore", "-q", "--no-index", "local.settings.json").then(
    () => true,
    () => false,
  );
  if (!ignored) {
    findings.push(wrong("secrets", "git does not ignore local.settings.json.", "Add it to .gitignore."));
  }
  const secrets = secretsOf(values);
  for (const path of secrets.length > 0 ? tracked : []) {
    const text = await readSmall(join(appRoot, path));
    for (const { name } of secrets.filter(({ value }) => text.includes(value))) {
      findings.push(wrong("secrets", `The value of ${name} stands in ${path}, which git tracks.`, withdraw));
    }
  }
  return findings.length > 0
    ? findings
    : [ok("secrets", "none in what git tracks; local.settings.json is ignored")];
};

const readSmall = async (file: string): Promise<string> => {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() && found.size <= largestFile ? readFile(file, "utf8") : "";
};
