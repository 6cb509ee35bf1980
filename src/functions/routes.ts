import { chatRoute, chatStreamRoute } from "./chat.ts";
import { healthRoute } from "./health.ts";
import type { Route } from "./route.ts";
import { searchRoute } from "./search.ts";

/** Every route there is: what is here is served, admitted and described in the OpenAPI document alike. */
export const routes: readonly Route[] = [chatRoute, chatStreamRoute, searchRoute, healthRoute];
