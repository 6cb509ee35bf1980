import { logOnly } from "../telemetry/silent.ts";
import type { Telemetry } from "../ports/telemetry.ts";

interface ConsoleOutput {
  readonly format: "text" | "json";
  readonly write?: (line: string) => void;
}

/** Prints one line a log record or event: the message alone, or all of it as JSON. What is neither costs nothing. */
export const createConsoleTelemetry = ({ format, write = writeLine }: ConsoleOutput): Telemetry => {
  const log: Telemetry["log"] = ({ severity, message, attributes }) => {
    if (format === "text") return write(message.replaceAll(/\r?\n/g, "\\n"));
    return write(
      JSON.stringify({ time: new Date().toISOString(), severity, message, ...rounded(attributes) }),
    );
  };
  return logOnly(log, (name, attributes) => {
    const words = Object.entries(attributes).map(([attribute, value]) => `${attribute}=${value}`);
    log({ severity: "information", message: `[EVENT] ${name} ${words.join(" ")}`, attributes });
  });
};

const writeLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const rounded = (attributes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === "number" ? Math.round(value * 1_000) / 1_000 : value,
    ]),
  );
