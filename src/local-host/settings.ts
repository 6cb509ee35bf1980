import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError, messageOf } from "../shared/app-error.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** An app setting from the environment; an empty one counts as unset. */
export const readSetting = (name: string): string | undefined => process.env[name]?.trim() || undefined;

/** The `Values` of local.settings.json that are not empty; `{}` without the file or with LOCAL_SETTINGS=off. */
const readLocalSettings = async (appRoot: string): Promise<Readonly<Record<string, string>>> => {
  // a deployment that starts on a developer's machine must not take that machine's settings
  if (process.env["LOCAL_SETTINGS"] === "off") return {};
  const path = join(appRoot, "local.settings.json");
  const file = await readJsonFile(path);
  const values = file?.["Values"] ?? {};
  if (file?.["IsEncrypted"] === true)
    throw new AppError("misconfigured", `${path} is encrypted: only Core Tools can read it.`);
  if (!isObject(values)) throw new AppError("misconfigured", `"Values" in ${path} must be an object.`);
  const settings: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!["string", "number", "boolean"].includes(typeof value)) {
      throw new AppError("misconfigured", `The value of ${name} in ${path} must be a string.`);
    }
    if (String(value).trim() !== "") settings[name] = String(value);
  }
  return settings;
};

/** Puts the local settings into the environment, where they are not set, and gives them. */
export const applyLocalSettings = async (appRoot: string): Promise<Readonly<Record<string, string>>> => {
  const local = await readLocalSettings(appRoot);
  for (const [name, value] of Object.entries(local)) process.env[name] ||= value;
  return local;
};

/** The route prefix that host.json sets, without slashes around it; `api` when it sets none. */
export const readRoutePrefix = async (appRoot: string): Promise<string> => {
  const path = join(appRoot, "host.json");
  const file = await readJsonFile(path);
  if (!file) {
    throw new AppError(
      "misconfigured",
      `There is no host.json in ${appRoot}: start the host in the folder of a function app.`,
    );
  }
  const { extensions } = file;
  const http = isObject(extensions) ? extensions["http"] : undefined;
  const prefix = (isObject(http) ? http["routePrefix"] : undefined) ?? "api";
  if (typeof prefix !== "string") {
    throw new AppError("misconfigured", `extensions.http.routePrefix in ${path} must be a string.`);
  }
  return prefix.replaceAll(/^\/+|\/+$/g, "");
};

/** The path of the app's main file, which package.json names. */
export const readMainPath = async (appRoot: string): Promise<string> => {
  const path = join(appRoot, "package.json");
  const main = (await readJsonFile(path))?.["main"];
  if (typeof main !== "string" || main === "") {
    throw new AppError("misconfigured", `${path} must name the app's file in "main".`);
  }
  return join(appRoot, main);
};

/** Reads a file that must hold a JSON object; `undefined` when there is no such file. */
const readJsonFile = async (path: string): Promise<JsonObject | undefined> => {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const value = parseJson(path, text);
  if (!isObject(value)) throw new AppError("misconfigured", `${path} must hold a JSON object.`);
  return value;
};

const parseJson = (path: string, text: string): unknown => {
  try {
    // editors on Windows write a byte order mark
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new AppError("misconfigured", `${path} is not valid JSON: ${messageOf(error)}`, { cause: error });
  }
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
