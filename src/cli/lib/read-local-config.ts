import { readConfig } from "../../config/read-config.ts";
import type { Config } from "../../config/read-config.ts";
import { applyLocalSettings } from "../../local-host/settings.ts";
import { appRoot } from "../../shared/app-root.ts";

/** The configuration of a command: the environment, and local.settings.json for what it leaves open. */
export const readLocalConfig = async (): Promise<Config> => {
  await applyLocalSettings(appRoot());
  return readConfig();
};
