import type * as z from "zod";
import type { AppAccess } from "../app/lazy-app.ts";
import type { PublicErrorCode } from "../chat/public-error.ts";
import type { Telemetry } from "../ports/telemetry.ts";
import type { ErrorForm } from "./errors.ts";
import type { IncomingRequest, OutgoingResponse } from "./request.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A response that is no error. */
export interface AnswerDescription {
  readonly status: number;
  readonly about: string;
  readonly contentType?: string;
  /** Of the body, or of each line or event of a stream. Left out where there is no body, or it is no JSON. */
  readonly schema?: z.ZodType;
}

/** What one method of a route takes and gives; the OpenAPI document is made of it. */
export interface OperationDescription {
  readonly summary: string;
  readonly description?: string;
  /** No key is asked for, even where API_KEYS is set. */
  readonly open?: true;
  /** The JSON body, by the schema that checks it. */
  readonly body?: z.ZodType;
  readonly answers: readonly AnswerDescription[];
  /** Beside those that every operation can give. */
  readonly errors: readonly PublicErrorCode[];
}

export interface RouteDescription<Described extends OperationDescription = OperationDescription> {
  /** Of the function; unique. */
  readonly name: string;
  /** As Azure Functions spells it, without the slash before it. */
  readonly path: string;
  /** Plain JSON where it is not given. */
  readonly errorForm?: ErrorForm;
  readonly operations: Readonly<Partial<Record<Method, Described>>>;
}

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
