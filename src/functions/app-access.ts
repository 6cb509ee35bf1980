import type { App } from "../compose.ts";

/** Gives the app, composed at its first use. Fails with `misconfigured`. */
export type AppAccess = () => Promise<App>;
