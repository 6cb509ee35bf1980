/*
 * Application Insights through applicationinsights 3.x. Built into a file of its own, which is read
 * only where there is a connection string: it is larger than the rest of the app together.
 */
import type { DefaultAzureCredential } from "@azure/identity";
import {
  isSpanContextValid,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from "@opentelemetry/api";
import type { Context, SpanContext, Tracer } from "@opentelemetry/api";
import { logs, SeverityNumber } from "@opentelemetry/api-logs";
import type { Logger } from "@opentelemetry/api-logs";
import { flushAzureMonitor, shutdownAzureMonitor, useAzureMonitor } from "applicationinsights";
import type { MetricName, Severity, SpanOutcome, Telemetry, TelemetryRecord } from "../../ports/telemetry.ts";
import { lazily } from "../../shared/lazily.ts";
import { singleFlight } from "../../shared/single-flight.ts";
import {
  availabilityAttributes,
  callAttributes,
  errorCodeOf,
  exceptionAttributes,
  metricAttributes,
  ownAttributes,
} from "./attributes.ts";

export interface AzureMonitorOptions {
  readonly connectionString: string;
  /** `Authorization=AAD`, with `ClientId=…` where there are several identities. */
  readonly authentication: string | undefined;
  /** Gets every log record as well. */
  readonly echo: (record: TelemetryRecord) => void;
}

export interface RunningTelemetry {
  readonly telemetry: Telemetry;
  /** Sends what is left and ends. Never fails; gives up after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

/** What an instance tells must be out before the platform freezes or ends it, but not answer by answer under load. */
const flushEveryMs = 1_000;

/** The answer itself goes first: packing its telemetry takes as long as finding it did. */
const flushAfterMs = 100;

const off = { enabled: false };

export const startAzureMonitorTelemetry = (options: AzureMonitorOptions): RunningTelemetry => {
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString: options.connectionString,
      // a file system that may be read-only, and a disk that belongs to the generations
      disableOfflineStorage: true,
      ...credentialFor(options.authentication),
    },
    // the default sampler keeps five traces a second, and loses nearly all of a cold start
    tracesPerSecond: 0,
    samplingRatio: 1,
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    // the host reports the requests; outgoing calls are reported by hand, since bundled modules cannot be hooked
    instrumentationOptions: {
      azureSdk: off,
      http: off,
      mongoDb: off,
      mySql: off,
      postgreSql: off,
      redis: off,
      redis4: off,
      bunyan: off,
      winston: off,
      console: off,
    },
  });

  let flushed = 0;
  const flush = singleFlight(flushAzureMonitor);
  const flushSoon = (): void => {
    const wait = Math.max(flushAfterMs, flushed + flushEveryMs - performance.now());
    if (flushed > performance.now()) return;
    flushed = performance.now() + wait;
    setTimeout(() => void flush(), wait).unref();
  };

  return {
    telemetry: telemetryBelow(ROOT_CONTEXT, {
      // looked up once: it takes as long as making a span
      logger: logs.getLogger("colophon"),
      tracer: trace.getTracer("colophon"),
      echo: options.echo,
      onRootEnd: flushSoon,
    }),
    close: async (withinMs) => {
      const late = new Promise<void>((resolve) => {
        setTimeout(resolve, withinMs).unref();
      });
      await Promise.race([flush().then(shutdownAzureMonitor), late]).catch(() => undefined);
    },
  };
};

const credentialFor = (
  authentication: string | undefined,
): { credential?: Pick<DefaultAzureCredential, "getToken"> } => {
  if (!/(^|;)\s*Authorization=AAD\s*(;|$)/i.test(authentication ?? "")) return {};
  const managedIdentityClientId = /(?:^|;)\s*ClientId=([^;]+)/i.exec(authentication ?? "")?.[1]?.trim();
  const identity = managedIdentityClientId ? { managedIdentityClientId } : {};
  // loaded with the first token: the start does not wait for the SDK
  const credential = lazily(async () => {
    const { DefaultAzureCredential } = await import("@azure/identity");
    return new DefaultAzureCredential(identity);
  });
  return { credential: { getToken: async (...asked) => (await credential()).getToken(...asked) } };
};

interface Hooks {
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly echo: (record: TelemetryRecord) => void;
  readonly onRootEnd: () => void;
}

const severities: Readonly<Record<Severity, SeverityNumber>> = {
  debug: SeverityNumber.DEBUG,
  information: SeverityNumber.INFO,
  warning: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
};

/** Parents are handed on by hand: a stream's consumer is not where its answer belongs. */
const telemetryBelow = (parent: Context, hooks: Hooks): Telemetry => {
  const { logger, tracer } = hooks;
  return {
    log: (record) => {
      hooks.echo(record);
      const { severity, message, attributes, error } = record;
      const severityNumber = severities[severity];
      const own = ownAttributes(attributes);
      logger.emit({ body: message, severityNumber, attributes: own, context: parent });
      if (error === undefined) return;
      logger.emit({
        severityNumber,
        attributes: { ...own, ...exceptionAttributes(error) },
        context: parent,
      });
    },
    startSpan: (name, { attributes, call } = {}) => {
      const span = tracer.startSpan(
        name,
        {
          kind: call ? SpanKind.CLIENT : SpanKind.INTERNAL,
          attributes: { ...ownAttributes(attributes), ...(call ? callAttributes(call) : {}) },
        },
        parent,
      );
      const isRoot = !trace.getSpan(parent)?.isRecording();
      let ended = false;
      return {
        telemetry: telemetryBelow(trace.setSpan(parent, span), hooks),
        end: ({ attributes: last, error, status }: SpanOutcome = {}) => {
          if (ended) return;
          ended = true;
          span.setAttributes(ownAttributes(last));
          if (status !== undefined) span.setAttribute("http.response.status_code", status);
          if (error !== undefined) {
            span.setAttribute("errorCode", errorCodeOf(error)).setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
          if (isRoot) hooks.onRootEnd();
        },
      };
    },
    measure: (metric, value, attributes) => {
      // the self-test is no visitor
      if (attributes?.synthetic !== true) instrument(metric)(value, metricAttributes(attributes));
    },
    event: (name, attributes) =>
      logger.emit({
        attributes: { ...ownAttributes(attributes), "microsoft.custom_event.name": name },
        context: parent,
      }),
    availability: (result) =>
      logger.emit({
        attributes: { ...ownAttributes(result.attributes), ...availabilityAttributes(result) },
        context: parent,
      }),
    below: (traceParent) => {
      const spanContext = readTraceParent(traceParent);
      return spanContext
        ? telemetryBelow(trace.setSpanContext(ROOT_CONTEXT, spanContext), hooks)
        : telemetryBelow(parent, hooks);
    },
  };
};

/** Marked as sampled, whatever the caller says: whether a request is kept is not its caller's to decide. */
const readTraceParent = (traceParent: string | undefined): SpanContext | undefined => {
  const [, traceId = "", spanId = ""] =
    /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/.exec(traceParent ?? "") ?? [];
  const spanContext = { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
};

type Instrument = (value: number, attributes: ReturnType<typeof ownAttributes>) => void;

const instruments = new Map<MetricName, Instrument>();

const instrument = (metric: MetricName): Instrument => {
  const known = instruments.get(metric);
  if (known) return known;
  const made = makeInstrument(metric);
  instruments.set(metric, made);
  return made;
};

const makeInstrument = (metric: MetricName): Instrument => {
  const meter = metrics.getMeter("colophon");
  switch (metric) {
    case "colophon.first_words_ms": {
      const histogram = meter.createHistogram(metric, { unit: "ms" });
      return (value, attributes) => histogram.record(value, attributes);
    }
    case "colophon.generation_age_seconds": {
      const gauge = meter.createGauge(metric, { unit: "s" });
      return (value, attributes) => gauge.record(value, attributes);
    }
    default: {
      const counter = meter.createCounter(metric);
      return (value, attributes) => counter.add(value, attributes);
    }
  }
};
