import { publicMessage } from "../chat/public-message.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { AppError, messageOf, toAppError } from "../shared/app-error.ts";
import { errorResponse } from "./error-response.ts";
import type { IncomingRequest, OutgoingResponse } from "./incoming-request.ts";

interface Exchange {
  readonly request: IncomingRequest;
  readonly requestId: string;
  readonly telemetry: Telemetry;
}

/** Runs a POST route: whatever is thrown becomes a response, and what is our fault is logged. */
export const respond = async (
  { request, requestId, telemetry }: Exchange,
  work: () => Promise<OutgoingResponse>,
): Promise<OutgoingResponse> => {
  try {
    if (request.method !== "POST") {
      throw new AppError(
        "method_not_allowed",
        `${request.method} is not supported here; send a POST with a JSON body.`,
      );
    }
    return withRequestId(await work(), requestId);
  } catch (thrown) {
    const error = toAppError(thrown);
    const response = errorResponse({ code: error.code, message: publicMessage(error) });
    if (response.status >= 500) {
      telemetry.log({
        severity: "error",
        message: `[ERROR] request failed: ${messageOf(error)}`,
        attributes: { requestId, stage: "request", errorCode: error.code },
      });
    }
    return withRequestId(response, requestId);
  }
};

const withRequestId = (response: OutgoingResponse, requestId: string): OutgoingResponse => ({
  ...response,
  headers: { ...response.headers, "x-request-id": requestId },
});
