import { app } from "@azure/functions";
import { composeApp } from "./compose.ts";
import { readConfig } from "./config/read-config.ts";
import { readFunctionKey } from "./config/read-function-key.ts";
import { chat, chatStream } from "./functions/chat.ts";
import { health } from "./functions/health.ts";
import { search } from "./functions/search.ts";
import { lazily } from "./shared/lazily.ts";

/*
 * The route table. Nothing here may throw: before the first app.http it would mean an app without
 * functions, and no error to see in Azure. So the app is composed at the first request.
 */
const access = lazily(async () => composeApp(readConfig()));

app.setup({ enableHttpStream: true });
app.hook.appTerminate(async () => access.made()?.generations.close());

// GET is registered to be answered in words: the host's own answer would be an empty 404
app.http("chat", {
  route: "api/chat",
  methods: ["POST", "GET"],
  authLevel: "anonymous",
  handler: chat(access),
});
app.http("chat-stream", {
  route: "api/chat/stream",
  methods: ["POST", "GET"],
  authLevel: "anonymous",
  handler: chatStream(access),
});
app.http("search", {
  route: "api/search",
  methods: ["POST", "GET"],
  authLevel: "anonymous",
  handler: search(access),
});
app.http("health", {
  route: "api/health",
  methods: ["GET"],
  authLevel: "anonymous",
  handler: health(access, readFunctionKey),
});
