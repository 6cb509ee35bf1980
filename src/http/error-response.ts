import type { ErrorCode } from "../shared/app-error.ts";
import { plainErrorForm } from "./error-form.ts";
import type { ErrorForm } from "./error-form.ts";
import { errorStatus } from "./error-status.ts";
import type { OutgoingResponse } from "./incoming-request.ts";

/** The response for an error that happened before anything was sent, in the form of the caller's protocol. */
export const errorResponse = (
  error: { readonly code: ErrorCode; readonly message: string; readonly param?: string | undefined },
  form: ErrorForm = plainErrorForm,
): OutgoingResponse => {
  const status = errorStatus(error.code);
  return {
    status,
    headers: {
      "content-type": form.contentType,
      "cache-control": "no-store",
      // for callers of a protocol whose errors are words alone
      "x-error-code": error.code,
      ...(status === 401 ? { "www-authenticate": 'Bearer realm="colophon"' } : {}),
      ...(status === 503 ? { "retry-after": "5" } : {}),
    },
    body: form.encode({ ...error, status }),
  };
};
