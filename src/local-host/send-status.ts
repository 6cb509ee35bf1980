import type { ServerResponse } from "node:http";

/** Answers with a status and no body. A response that has already started is cut, so that the client sees the failure. */
export const sendStatus = (response: ServerResponse, status: number): void => {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, status === 204 ? {} : { "content-length": "0" }).end();
};
