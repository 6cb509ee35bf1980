/*
 * The part of the types of `@azure/functions-core` that this host and the library `@azure/functions` exchange.
 * Microsoft keeps these types in the library's repository; npm does not have them.
 */
export type LogLevel = "trace" | "debug" | "information" | "warning" | "error" | "critical" | "none";
export type LogCategory = "user" | "system" | "customMetric";
export type WriteLog = (level: LogLevel, category: LogCategory, message: string) => void;

/** A value that the host hands to a function. */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly http?: object;
}

export interface Binding {
  readonly type?: string;
  readonly authLevel?: string;
  readonly methods?: readonly string[];
  readonly route?: string;
  readonly schedule?: string;
}

export interface FunctionMetadata {
  readonly name: string;
  readonly functionId?: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

export type FunctionCallback = (...args: unknown[]) => unknown;
export type HookCallback = (context: object) => unknown;

export interface TraceContext {
  readonly traceParent: string;
  readonly traceState?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  readonly traceContext: TraceContext;
}

export interface CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  /** After the handler has returned, the library warns about each `context.log` outside of `postInvocationHooks`. */
  state?: "preInvocationHooks" | "invocation" | "postInvocationHooks" | undefined;
  readonly log: WriteLog;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  /** Writes the whole HTTP response to the library's own server; resolves when the body has ended. */
  getResponse(context: unknown, result: unknown): Promise<unknown>;
}

/** The library, as it presents itself to the host. */
export interface ProgrammingModel {
  getInvocationModel(context: CoreInvocationContext): InvocationModel | Promise<InvocationModel>;
  getCapabilities(defaults: Record<string, string>): Record<string, string> | Promise<Record<string, string>>;
}
