import type { IncomingRequest, OutgoingResponse } from "../http/incoming-request.ts";
import type { OperationDescription, RouteDescription } from "../http/route-description.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { AppAccess } from "./app-access.ts";

export interface Call {
  readonly access: AppAccess;
  readonly request: IncomingRequest;
  readonly requestId: string;
  /** The app asks itself: no visitor waits for the answer. */
  readonly synthetic: boolean;
  /** Stands below the host's request. */
  readonly telemetry: Telemetry;
  /** Ends the request's work when its time is up: a caller that left is never noticed. */
  readonly signal: AbortSignal;
}

export interface Operation extends OperationDescription {
  /** Whatever it throws becomes a response. */
  readonly handle: (call: Call) => Promise<OutgoingResponse>;
}

export type Route = RouteDescription<Operation>;
