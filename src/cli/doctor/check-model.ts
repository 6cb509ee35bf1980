import { composeModel } from "../../app/models.ts";
import type { Config } from "../../config/read-config.ts";
import { messageOf } from "../../shared/app-error.ts";
import { skewFinding } from "./clock-skew.ts";
import { ok, skipped, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { settingsOf } from "./model-settings.ts";
import { logOnly } from "../../telemetry/silent.ts";

const patienceMs = 30_000;

/** Lets the model begin an answer, of one token. */
export const checkModel = async (config: Config): Promise<readonly Finding[]> => {
  const { model } = config;
  if (!model) return [skipped("model", "none is configured: answers are extractive")];
  const what = `${model.model} at ${model.baseUrl}`;
  const startedAt = performance.now();
  try {
    const { generator } = composeModel({ ...config, answerTokens: 1 });
    const question = {
      instructions: "Say yes.",
      history: [],
      question: "Yes?",
      standAlone: "Yes?",
      sources: [],
      isSure: true,
      speakAs: "about" as const,
      quotes: () => Promise.resolve([]),
      language: "en",
    };
    const signal = AbortSignal.timeout(patienceMs);
    const notes: string[] = [];
    const telemetry = logOnly(({ message }) => notes.push(message));
    const job = { ...question, signal, telemetry };
    const events = generator.generate(job)[Symbol.asyncIterator]();
    await events.next();
    await events.return?.();
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const found = [`${what} answers (${seconds} s)`, ...notes].join(". ");
    return [ok("model", found), ...(await checkClock(model.baseUrl))];
  } catch (error) {
    const found = `${what}: ${messageOf(error)}`;
    // it knows the key and the model, and models that reason first cannot do with one token
    if (/answered 400\b/.test(found)) {
      return [
        warning(
          "model",
          found,
          "It was asked for one token, which some models refuse: ask a question to be sure.",
        ),
      ];
    }
    const remedy = `Mend ${settingsOf[model.kind].chat}; visitors get extractive answers meanwhile.`;
    return [wrong("model", found, remedy)];
  }
};

/** Every server tells its time, even with a refusal. */
const checkClock = async (address: string): Promise<readonly Finding[]> => {
  const response = await fetch(address, { signal: AbortSignal.timeout(patienceMs) }).catch(() => undefined);
  const date = Date.parse(response?.headers.get("date") ?? "");
  return Number.isNaN(date) ? [] : [skewFinding(new URL(address).host, date - Date.now())];
};
