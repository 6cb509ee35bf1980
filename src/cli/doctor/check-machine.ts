import { readConfig } from "../../config/read-config.ts";
import type { Config } from "../../config/read-config.ts";
import { settings } from "../../config/settings.ts";
import { applyLocalSettings } from "../../local-host/settings.ts";
import { appRoot } from "../../shared/app-root.ts";
import { messageOf } from "../../shared/app-error.ts";
import { checkAnswers } from "./check-answers.ts";
import { checkDisk } from "./check-disk.ts";
import { checkEmbedder } from "./check-embedder.ts";
import { checkEngine } from "./check-engine.ts";
import { checkKeys } from "./check-keys.ts";
import { checkKnowledge } from "./check-knowledge.ts";
import { checkModel } from "./check-model.ts";
import { checkNode, checkSystem } from "./check-platform.ts";
import { checkPort } from "./check-port.ts";
import { checkSecrets } from "./check-secrets.ts";
import { checkSettings } from "./check-settings.ts";
import { checkShare } from "./check-share.ts";
import { checkTelemetry } from "./check-telemetry.ts";
import { skipped, wrong } from "./finding.ts";
import type { Check, Finding } from "./finding.ts";

/** Everything that can be looked at on this machine, in the order in which it is printed. */
export const machineChecks = (): Readonly<Record<string, Check>> => {
  let config: Config | undefined;
  /** Most checks mean nothing where it is not known what was wished for. */
  const configured =
    (what: string, check: (known: Config) => readonly Finding[] | Promise<readonly Finding[]>): Check =>
    async () =>
      config ? check(config) : [skipped(what, "not looked at: fix the settings first")];
  return {
    Node: async () => checkNode(),
    settings: async () => {
      const findings = await readSettings();
      config = findings.some(({ mark }) => mark === "wrong") ? configOrNone() : readConfig();
      return findings;
    },
    system: async () => checkSystem(config?.chroma),
    secrets: () => checkSecrets(appRoot(), process.env),
    keys: configured("keys", checkKeys),
    knowledge: configured("knowledge", checkKnowledge),
    "local disk": configured("local disk", checkDisk),
    engine: configured("engine", checkEngine),
    share: configured("share", checkShare),
    answers: configured("answers", checkAnswers),
    embedder: configured("embedder", checkEmbedder),
    model: configured("model", checkModel),
    telemetry: configured("telemetry", () =>
      checkTelemetry(process.env["APPLICATIONINSIGHTS_CONNECTION_STRING"]),
    ),
    port: configured("port", () => checkPort(Number(process.env["PORT"]?.trim() || settings.PORT.default))),
  };
};

/** A misspelt name is wrong, but the rest is known all the same. */
const configOrNone = (): Config | undefined => {
  try {
    return readConfig();
  } catch {
    return undefined;
  }
};

const readSettings = async (): Promise<readonly Finding[]> => {
  try {
    const local = await applyLocalSettings(appRoot());
    return checkSettings({ environment: process.env, local });
  } catch (error) {
    const remedy = "Fix it, or copy local.settings.example.json there again.";
    return [
      wrong("settings", messageOf(error), remedy),
      ...checkSettings({ environment: process.env, local: {} }),
    ];
  }
};
