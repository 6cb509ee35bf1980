import { publicError } from "../chat/public-error.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import { messageOf, toAppError } from "../shared/app-error.ts";
import type { ErrorForm } from "./error-form.ts";
import { errorResponse } from "./error-response.ts";
import type { OutgoingResponse } from "./incoming-request.ts";

interface Exchange {
  readonly requestId: string;
  readonly telemetry: Telemetry;
  readonly errorForm: ErrorForm | undefined;
}

/** Runs a request's work: whatever is thrown becomes a response, and what is our fault is logged. */
export const respond = async (
  { requestId, telemetry, errorForm }: Exchange,
  work: () => Promise<OutgoingResponse>,
): Promise<OutgoingResponse> => {
  try {
    return withRequestId(await work(), requestId);
  } catch (thrown) {
    const error = toAppError(thrown);
    const response = errorResponse({ ...publicError(error), param: error.param }, errorForm);
    if (response.status >= 500) {
      telemetry.log({
        severity: "error",
        message: `[ERROR] request failed: ${messageOf(error)}`,
        attributes: { requestId, stage: "request", errorCode: error.code },
        error,
      });
    }
    return withRequestId(response, requestId);
  }
};

const withRequestId = (response: OutgoingResponse, requestId: string): OutgoingResponse => ({
  ...response,
  headers: { ...response.headers, "x-request-id": requestId },
});
