import { readFile } from "node:fs/promises";
import { errorMessage } from "./error-message.ts";
import { hasErrorCode } from "./has-error-code.ts";
import { isRecord } from "./is-record.ts";

/** Reads a file that must hold a JSON object; undefined when there is no such file. */
export async function readJsonFile(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (isRecord(value)) return value;
  } catch (error) {
    throw new Error(`${path} is not valid JSON: ${errorMessage(error)}`, { cause: error });
  }
  throw new Error(`${path} must hold a JSON object.`);
}
