import { aboutRoute } from "./about.ts";
import { chatRoute, chatStreamRoute } from "./chat.ts";
import { healthRoute } from "./health.ts";
import type { Route } from "./route.ts";
import { searchRoute } from "./search.ts";
import { homeRoute, pageFileRoute, pageRoute, widgetRoute } from "./web.ts";

/** Every route there is: what is here is served, admitted and described in the OpenAPI document alike. */
export const routes: readonly Route[] = [
  chatRoute,
  chatStreamRoute,
  searchRoute,
  healthRoute,
  aboutRoute,
  homeRoute,
  pageRoute,
  pageFileRoute,
  widgetRoute,
];
