import * as z from "zod";
import { appVersion } from "../../app/version.ts";
import { openApiDocument } from "../openapi.ts";
import { appOrigin } from "../request.ts";
import { jsonResponse } from "../response.ts";
import type { Route } from "../route.ts";

const document = z.looseObject({ openapi: z.string(), paths: z.looseObject({}) });

/** `GET /api/openapi.json`: all routes, this one among them. */
export const openApiRoute = (routes: () => readonly Route[]): Route => ({
  name: "openapi",
  path: "api/openapi.json",
  operations: {
    GET: {
      summary: "Describes this interface (OpenAPI 3.1)",
      open: true,
      answers: [{ status: 200, about: "The document.", schema: document }],
      errors: [],
      handle: ({ request }) => {
        const described = openApiDocument(routes(), { version: appVersion, server: appOrigin(request) });
        return Promise.resolve(jsonResponse(200, described));
      },
    },
  },
});
