import type { HttpHandler } from "@azure/functions";
import { searchKnowledge } from "../chat/search-knowledge.ts";
import { jsonResponse } from "../http/json-response.ts";
import { parseSearchRequest } from "../http/parse-search-request.ts";
import { readJsonBody } from "../http/read-json-body.ts";
import { withAttributes } from "../ports/telemetry.ts";
import type { AppAccess } from "./app-access.ts";
import { handlePost } from "./handle-post.ts";
import { encodeSearch } from "../protocols/search-result.ts";

/** `POST /api/search`: retrieval alone. */
export const search = (access: AppAccess): HttpHandler =>
  handlePost(access, async ({ app, request, requestId, signal }) => {
    const asked = parseSearchRequest(await readJsonBody(request));
    const telemetry = withAttributes(app.telemetry, { requestId });
    return jsonResponse(200, encodeSearch(await searchKnowledge(asked, { ...app, telemetry }, signal)));
  });
