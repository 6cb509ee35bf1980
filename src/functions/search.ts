import { searchKnowledge } from "../chat/search-knowledge.ts";
import { searchErrors } from "../http/common-errors.ts";
import { jsonResponse } from "../http/json-response.ts";
import { parseSearchRequest, searchRequest } from "../http/parse-search-request.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import { encodeSearch, searchResult } from "../protocols/search-result.ts";
import type { Route } from "./route.ts";

/** `POST /api/search`: retrieval alone. */
export const searchRoute: Route = {
  name: "search",
  path: "api/search",
  operations: {
    POST: {
      summary: "Finds passages, without an answer",
      body: searchRequest,
      answers: [{ status: 200, about: "What was found, namespace by namespace.", schema: searchResult }],
      errors: searchErrors,
      handle: async ({ access, request, telemetry, signal }) => {
        const asked = parseSearchRequest(await readJsonBody(request));
        const app = await access();
        return jsonResponse(200, encodeSearch(await searchKnowledge(asked, { ...app, telemetry }, signal)));
      },
    },
  },
};
