import type { ServerResponse } from "node:http";

/** Answers with a status and no body; where an answer has begun already, ends it in a way the client notices. */
export function answerEmpty(response: ServerResponse, status: number): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, status === 204 ? {} : { "content-length": "0" }).end();
}
