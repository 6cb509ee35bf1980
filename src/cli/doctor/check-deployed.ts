import type { PlatformFacts } from "../../health/platform-facts.ts";
import { askModel } from "./ask-model.ts";
import { skewFinding } from "./clock-skew.ts";
import {
  generationFindings,
  keyFinding,
  notOurs,
  questionFinding,
  statusFinding,
  telemetryFinding,
} from "./deployed-findings.ts";
import { describeUnreachable } from "./describe-unreachable.ts";
import { ok, skipped, wrong } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";
import {
  coldStartFindings,
  localDiskFindings,
  memoryFindings,
  shareFindings,
  systemFindings,
} from "./platform-findings.ts";
import { askFirst, parseAddress, visitHealth } from "./visit-deployed.ts";
import type { HealthBody, Question, Visit } from "./visit-deployed.ts";

export interface DeployedFacts {
  readonly url: string;
  /** Of a search that came before anything else; `undefined` where it was refused. */
  readonly questionSeconds: number | undefined;
  readonly healthSeconds: number;
  readonly status: string;
  readonly generation: string | undefined;
  readonly platform: PlatformFacts | undefined;
}

export interface Deployed {
  readonly checks: Readonly<Record<string, Check>>;
  /** What was learnt, once the checks were made; `undefined` where the app did not answer. */
  readonly facts: () => DeployedFacts | undefined;
}

/** What can be learnt of a deployed app through its health endpoint. */
export const deployedChecks = (
  address: string,
  { functionKey, apiKey }: { readonly functionKey: string | undefined; readonly apiKey: string | undefined },
): Deployed => {
  const url = parseAddress(address);
  let question: Question | undefined;
  let first: Visit | undefined;
  let again: Visit | undefined;
  const visit = (): Promise<Visit> => visitHealth(url, functionKey);
  const details = (): HealthBody["details"] => first?.body?.details;
  /** What the details alone tell. */
  const detailed =
    (what: string, check: (platform: PlatformFacts) => readonly Finding[]): Check =>
    async () => {
      if (!first?.body) return [];
      const platform = details()?.platform;
      return platform ? check(platform) : [skipped(what, "only the details of health tell")];
    };

  return {
    checks: {
      reachable: async () => {
        try {
          // before its health is asked, which would open everything for the first question
          question = await askFirst(url, apiKey);
          first = await visit();
        } catch (error) {
          const { found, remedy } = describeUnreachable(error, url);
          return [wrong("reachable", found, remedy)];
        }
        if (!first.body) return [notOurs(url, first.httpStatus)];
        again = await visit();
        return [
          ok("reachable", `${url.origin} (health in ${again.seconds.toFixed(2)} s)`),
          questionFinding(question),
        ];
      },
      clock: async () => (first?.aheadMs === undefined ? [] : [skewFinding(url.host, first.aheadMs)]),
      status: async () => (first?.body ? [statusFinding(first.body)] : []),
      key: async () => (first?.body ? [keyFinding(functionKey, details() !== undefined)] : []),
      generation: async () =>
        first?.body?.details && first.body.status !== "unready" ? generationFindings(first.body) : [],
      answer: async () => (question?.answered ? askModel(url, apiKey) : []),
      telemetry: async () => (first?.body ? [telemetryFinding(first.body)] : []),
      share: detailed("share", shareFindings),
      "local disk": detailed("local disk", localDiskFindings),
      system: detailed("system", systemFindings),
      memory: detailed("memory", memoryFindings),
      "cold start": detailed("cold start", coldStartFindings),
    },
    facts: () =>
      first?.body &&
      again && {
        url: url.origin,
        questionSeconds: question?.answered ? question.seconds : undefined,
        healthSeconds: again.seconds,
        status: first.body.status,
        generation: first.body.generation,
        platform: again.body?.details?.platform ?? details()?.platform,
      },
  };
};
