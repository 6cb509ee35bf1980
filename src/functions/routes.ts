import { aboutRoute } from "./about.ts";
import { aiSdkChatRoute, aiSdkResumeRoute } from "./ai-sdk.ts";
import { chatRoute, chatStreamRoute } from "./chat.ts";
import { feedbackRoute } from "./feedback.ts";
import { healthRoute } from "./health.ts";
import { mcpRoute } from "./mcp.ts";
import { openAiChatRoute, openAiModelRoute, openAiModelsRoute } from "./openai.ts";
import { openApiRoute } from "./openapi.ts";
import type { Route } from "./route.ts";
import { searchRoute } from "./search.ts";
import { sourceRoute } from "./source.ts";
import { homeRoute, pageFileRoute, pageRoute, widgetRoute } from "./web.ts";

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
];
