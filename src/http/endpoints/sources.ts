import { readSource } from "../../chat/read-source.ts";
import { searchErrors } from "../errors.ts";
import type { Route } from "../route.ts";

/** `GET /api/sources/{namespace}/{id}`: a cited passage, for protocols whose citations are links. */
export const sourceRoute: Route = {
  name: "source",
  path: "api/sources/{namespace}/{id}",
  operations: {
    GET: {
      summary: "Shows a passage that was cited",
      answers: [{ status: 200, about: "Where it stands, and its text.", contentType: "text/plain" }],
      errors: [...searchErrors, "not_found"],
      handle: async ({ access, request, signal }) => {
        const { namespace = "", id = "" } = request.params;
        const { source, line, text } = await readSource({ namespace, id }, await access(), signal);
        return {
          status: 200,
          headers: {
            "content-type": "text/plain; charset=utf-8",
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
          },
          body: `${source}, line ${line}\n\n${text}\n`,
        };
      },
    },
  },
};
