import type { Config } from "./read-config.ts";

/**
 * The same settings with share, local disk and engine in one folder of their own: what is ingested with them touches
 * neither the app's data nor a Chroma server.
 */
export const isolatedConfig = (config: Config, folder: string): Config => ({
  ...config,
  dataFolder: folder,
  snapshots: { kind: "folder", folder },
  chroma: { mode: "embedded" },
});
