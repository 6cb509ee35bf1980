import { messageOf } from "../../shared/app-error.ts";

interface Unreachable {
  readonly found: string;
  readonly remedy: string;
}

/** Why an address could not be asked, and what to do about it. */
export const describeUnreachable = (error: unknown, url: URL): Unreachable => {
  const code = codeOf(error);
  const { host, hostname } = url;
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return {
      found: `There is no ${hostname} (${code}).`,
      remedy: "Mend the address: the overview of the Function App shows it.",
    };
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|TLS|SSL/.test(code)) {
    return {
      found: `The certificate of ${host} is not trusted (${code}).`,
      remedy:
        "Renew it, or use the address that it is for; behind a proxy, NODE_EXTRA_CA_CERTS names its certificate.",
    };
  }
  if (code === "ECONNREFUSED" || code === "ECONNRESET") {
    return {
      found: `${host} refuses connections (${code}).`,
      remedy: "Is the app started, and the port right?",
    };
  }
  if (error instanceof Error && error.name === "TimeoutError") {
    return {
      found: `${host} did not answer in time.`,
      remedy: "Look at the log stream of the Function App, and try again.",
    };
  }
  return {
    found: `${host} cannot be reached: ${messageOf(error)}.`,
    remedy: "Is this machine online, and let through to it?",
  };
};

/** The network's own word for it is in a cause of a cause. */
const codeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "";
  const { code } = error as NodeJS.ErrnoException;
  return code ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause));
};
