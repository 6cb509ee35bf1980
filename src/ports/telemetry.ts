export type Severity = "debug" | "information" | "warning" | "error";

/** Every attribute there is: queries, workbook and alerts know them by these names. Add what is missing. */
export type AttributeName =
  | "answerId"
  | "cache"
  | "causes"
  | "checkMs"
  | "comment"
  | "completionTokens"
  | "copyMs"
  | "costUsd"
  | "count"
  | "deep"
  | "degraded"
  | "durationMs"
  | "engineMs"
  | "errorCode"
  | "filteredFor"
  | "finishReason"
  | "firstWordsMs"
  | "generation"
  | "hit"
  | "kind"
  | "mode"
  | "model"
  | "namespace"
  | "operation"
  | "promptTokens"
  | "protocol"
  | "question"
  | "rating"
  | "requestId"
  | "stage"
  | "status"
  | "synthetic"
  | "uptimeMs";

export type Attributes = Readonly<Partial<Record<AttributeName, string | number | boolean | undefined>>>;

/** One log line, with its attributes and the error that it reports. */
export interface TelemetryRecord {
  readonly severity: Severity;
  readonly message: string;
  /** Queries read these and never have to parse a message. */
  readonly attributes?: Attributes;
  /** A thrown value; it is also recorded as an exception, with its causes. */
  readonly error?: unknown;
}

/** How often, how long, how much: numbers that are added up before they are sent. */
export type MetricName =
  | "colophon.answers"
  | "colophon.cache_lookups"
  | "colophon.cost_usd"
  | "colophon.engine_restarts"
  | "colophon.first_words_ms"
  | "colophon.generation_age_seconds"
  | "colophon.tokens";

/** Single things that are counted and read one by one. */
export type EventName = "feedback";

/** What a span is known by from its start. */
export interface SpanOptions {
  readonly attributes?: Attributes;
  /** An outgoing HTTP call; without it the span is a step of this process. */
  readonly call?: { readonly method: string; readonly url: string };
}

/** What is known at a span's end. */
export interface SpanOutcome {
  readonly attributes?: Attributes;
  /** What made it fail. */
  readonly error?: unknown;
  /** The HTTP status of an outgoing call. */
  readonly status?: number;
}

/** A step of the way, from its start to its end. */
export interface Span {
  /** Its records stand below this span. */
  readonly telemetry: Telemetry;
  /** Only the first call counts. */
  end(outcome?: SpanOutcome): void;
}

/** What a test of the whole way found. */
export interface Availability {
  readonly name: string;
  readonly success: boolean;
  readonly durationMs: number;
  /** Where it was asked from. */
  readonly location: string;
  readonly message: string;
  readonly attributes?: Attributes;
}

/** Where the app says what it does. Never throws, never waits. */
export interface Telemetry {
  log(record: TelemetryRecord): void;
  startSpan(name: string, options?: SpanOptions): Span;
  measure(metric: MetricName, value: number, attributes?: Attributes): void;
  event(name: EventName, attributes: Attributes): void;
  availability(result: Availability): void;
  /** The same, below a span of another process: its W3C `traceparent`. */
  below(traceParent: string | undefined): Telemetry;
}
