import { hostname } from "node:os";
import { settings } from "./settings.ts";

export interface SelfTestSettings {
  /** Where a visitor reaches the app: an origin. */
  readonly url: string;
  /** Whether a model words the answers to it. */
  readonly llm: boolean;
  /** Where it is asked from, for the telemetry. */
  readonly location: string;
  /** The process that is asked is, or may be, another one. */
  readonly isElsewhere: boolean;
}

interface Values {
  readonly PORT: number;
  readonly SELF_TEST_URL?: string | undefined;
  readonly SELF_TEST_LLM: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What of the self-test follows from the settings and from what the platform tells. */
export const readSelfTest = (values: Values, environment: Environment): SelfTestSettings => {
  // both Azure and the hosts on a developer's machine tell it
  const host = environment["WEBSITE_HOSTNAME"]?.trim() || `127.0.0.1:${values.PORT}`;
  const isHere = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::|$)/.test(host);
  const instance = environment["WEBSITE_INSTANCE_ID"]?.slice(0, 8) || hostname();
  const region = environment["REGION_NAME"]?.trim();
  return {
    url: values.SELF_TEST_URL ?? `${isHere ? "http" : "https"}://${host}`,
    llm: values.SELF_TEST_LLM,
    location: region ? `${region}, ${instance}` : instance,
    isElsewhere: values.SELF_TEST_URL !== undefined || !isHere,
  };
};

/**
 * When the self-test runs, `undefined` for never. Read apart from the rest, since timers are registered
 * when the app is loaded: what is not valid counts as never here, and is reported with all other settings.
 */
export const readSelfTestSchedule = (environment: Environment = process.env): string | undefined => {
  const { schema, default: usual } = settings.SELF_TEST_SCHEDULE;
  const { data } = schema.safeParse(environment["SELF_TEST_SCHEDULE"]?.trim() || usual);
  return data === "off" ? undefined : data;
};
