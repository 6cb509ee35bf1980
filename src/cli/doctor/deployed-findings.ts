import { ok, skipped, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";
import type { HealthBody, Question } from "./visit-deployed.ts";

/** How the first question went. */
export const questionFinding = ({ seconds, answered, httpStatus }: Question): Finding => {
  if (answered) return ok("question", `a search was answered in ${seconds.toFixed(1)} s`);
  if (httpStatus === 401)
    return skipped("question", "the app asks for an API key, and API_KEYS names none here");
  return wrong(
    "question",
    `A search was answered with ${httpStatus}.`,
    "The lines below say why, or else the log of the app.",
  );
};

/** Something answers, but not Colophon's health. */
export const notOurs = (url: URL, status: number): Finding => {
  const found = `${url.origin}/api/health answered ${status}, which is not from this app.`;
  const remedy = remedies.find(({ statuses }) => statuses.test(String(status)))?.remedy;
  return wrong(
    "reachable",
    found,
    remedy ?? "Give the address of the Function App, as its overview shows it.",
  );
};

const remedies = [
  {
    statuses: /404/,
    remedy:
      "The address is another app's, or its functions were not found: deploy again, and look at the log stream for what was thrown at the start.",
  },
  {
    statuses: /401|403|3../,
    remedy:
      "Something before the app asks for a sign-in or refuses this network: look at Authentication and Networking of the Function App.",
  },
  {
    statuses: /5../,
    remedy:
      "The host does not start the app: look at the log stream, and whether the app's identity may use its storage account.",
  },
];

export const statusFinding = ({ status, details }: HealthBody): Finding => {
  if (status === "ok") return ok("status", "ok: questions are answered from what should be served");
  const broken = details?.namespaces?.find(({ problem }) => problem !== undefined);
  const why = details?.problem ?? (broken && `${broken.name}: ${broken.problem}`) ?? "the details say why";
  if (status === "degraded")
    return wrong(
      "status",
      `degraded: ${why}`,
      "npm run ingest makes new knowledge, npm run rollback serves an older one.",
    );
  return wrong(
    "status",
    `unready, no question can be answered: ${why}`,
    "Mend what it says; Wrong settings are app settings of the Function App.",
  );
};

export const keyFinding = (functionKey: string | undefined, hasDetails: boolean): Finding => {
  if (hasDetails) return ok("key", "FUNCTION_KEY opens the details of health");
  if (functionKey === undefined) {
    return warning(
      "key",
      "FUNCTION_KEY is not set here: the details of health stay closed.",
      "Set it to the app's FUNCTION_KEY for this command; see docs/settings.md.",
    );
  }
  return wrong(
    "key",
    "The app does not accept FUNCTION_KEY.",
    "Set it to the value that the app has, in its app settings or the Key Vault.",
  );
};

export const telemetryFinding = ({ details }: HealthBody): Finding => {
  if (!details?.telemetry) return skipped("telemetry", "only the details of health tell");
  if (details.telemetry !== "none") return ok("telemetry", `sent to ${details.telemetry}`);
  return warning(
    "telemetry",
    "The app sends none: its queries, its workbook and its alerts see nothing.",
    "Set APPLICATIONINSIGHTS_CONNECTION_STRING in its app settings.",
  );
};

export const generationFindings = (body: HealthBody): readonly Finding[] => {
  const { generation, details } = body;
  if (!generation)
    return [
      wrong("generation", "Nothing is served.", "Run npm run ingest with SNAPSHOT_URL set to the share."),
    ];
  const passages = details?.namespaces?.reduce((sum, namespace) => sum + namespace.passages, 0) ?? 0;
  const about = `${passages} passages, embedder ${details?.embedder}, ${details?.answers}`;
  return [ok("generation", `${generation} of ${details?.created}: ${about}`)];
};
