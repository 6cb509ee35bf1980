import { join } from "node:path";
import { isRecord } from "./is-record.ts";
import { readJsonFile } from "./read-json-file.ts";

/** The `Values` of local.settings.json that are not empty; none without the file. */
export async function readLocalSettings(appRoot: string): Promise<Readonly<Record<string, string>>> {
  // what a developer has set for this machine is nothing to a deployment from it
  if (process.env["LOCAL_SETTINGS"] === "off") return {};
  const path = join(appRoot, "local.settings.json");
  const file = await readJsonFile(path);
  const values = file?.["Values"] ?? {};
  if (file?.["IsEncrypted"] === true) {
    throw new Error(`${path} is encrypted, which only Core Tools can read.`);
  }
  if (!isRecord(values)) {
    throw new Error(`"Values" in ${path} must be an object.`);
  }
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw new Error(`The value of ${name} in ${path} must be a string.`);
    }
    if (String(value).trim() !== "") settings[name] = String(value);
  }
  return settings;
}
