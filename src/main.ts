import { app } from "@azure/functions";
import { createAppAccess } from "./functions/app-access.ts";
import { routes } from "./functions/routes.ts";
import { serve } from "./functions/serve.ts";

/*
 * Nothing here may throw: before the first app.http it would mean an app without functions, and no
 * error to see in Azure. So the app is composed at the first request.
 */
const access = createAppAccess();

app.setup({ enableHttpStream: true });
app.hook.appTerminate(async () => access.made()?.generations.close());

for (const route of routes) {
  app.http(route.name, {
    route: route.path,
    // what a route does not do is registered too, to be answered in words: the host's own answer would be an empty 404
    methods: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    authLevel: "anonymous",
    handler: serve(route, access),
  });
}
