import { aboutRoute } from "./endpoints/about.ts";
import { aiSdkChatRoute, aiSdkResumeRoute } from "./ai-sdk/route.ts";
import { chatRoute, chatStreamRoute } from "./ai-chat/route.ts";
import { feedbackRoute } from "./endpoints/feedback.ts";
import { healthRoute } from "./endpoints/health.ts";
import { mcpRoute } from "./mcp/route.ts";
import { openAiChatRoute, openAiModelRoute, openAiModelsRoute } from "./openai/route.ts";
import { openApiRoute } from "./endpoints/openapi.ts";
import type { Route } from "./route.ts";
import { searchRoute } from "./endpoints/search.ts";
import { sourceRoute } from "./endpoints/sources.ts";
import { homeRoute, iconRoute, pageFileRoute, pageRoute, robotsRoute, widgetRoute } from "./endpoints/web.ts";

/** Every route there is: what is here is served, admitted and described in the OpenAPI document alike. */
export const routes: readonly Route[] = [
  chatRoute,
  chatStreamRoute,
  openAiChatRoute,
  openAiModelsRoute,
  openAiModelRoute,
  aiSdkChatRoute,
  aiSdkResumeRoute,
  mcpRoute,
  searchRoute,
  sourceRoute,
  feedbackRoute,
  healthRoute,
  openApiRoute(() => routes),
  aboutRoute,
  homeRoute,
  pageRoute,
  pageFileRoute,
  widgetRoute,
  iconRoute,
  robotsRoute,
];
