import { join, resolve } from "node:path";
import type * as z from "zod";
import { appRoot } from "../shared/app-root.ts";
import { AppError } from "../shared/app-error.ts";
import { readFunctionKey } from "./read-function-key.ts";
import { readEmbeddings, readModel } from "./read-models.ts";
import type { Embeddings, ModelServer } from "./read-models.ts";
import { readSelfTest } from "./read-self-test.ts";
import type { SelfTestSettings } from "./read-self-test.ts";
import { settings } from "./settings.ts";
import type { SettingName } from "./settings.ts";

type Values = { readonly [Name in SettingName]: z.infer<(typeof settings)[Name]["schema"]> };

/** The app's configuration: settings checked, defaults filled in, and what follows from them. */
export interface Config {
  readonly appRoot: string;
  /** Holds what the build made of the app: `dist`, unless a test runs the app from its sources. */
  readonly buildFolder: string;
  readonly knowledgeFolder: string;
  /** Nobody has named a folder: it is the one that comes with the app. */
  readonly knowledgeIsDemo: boolean;
  readonly dataFolder: string;
  /** Where publishers and instances meet. */
  readonly snapshots:
    | { readonly kind: "folder"; readonly folder: string }
    | { readonly kind: "azure-files"; readonly url: string; readonly connectionString: string | undefined };
  readonly keepGenerations: number;
  readonly swap: "beside" | "frugal";
  readonly chroma: { readonly mode: "embedded" } | { readonly mode: "server"; readonly url: string };
  /** `undefined` where answers are extractive. */
  readonly model: ModelServer | undefined;
  readonly embeddings: Embeddings;
  /** Of the managed identity that asks for tokens, where it is not the app's own. */
  readonly azureClientId: string | undefined;
  readonly functionKey: string | undefined;
  /** Callers need one of them, unless there is none. */
  readonly apiKeys: readonly string[];
  /** Of other sites whose pages may ask; `*` stands for all. */
  readonly allowedOrigins: readonly string[];
  readonly refreshMs: number;
  readonly requestTimeoutMs: number;
  readonly contextTokens: number;
  readonly historyTokens: number;
  readonly answerTokens: number;
  readonly logContent: boolean;
  readonly selfTest: SelfTestSettings;
  /** What a million tokens cost, in US dollars. */
  readonly tokenPrice: { readonly prompt: number; readonly completion: number } | undefined;
}

/** Settings by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the environment. Fails with `misconfigured`, naming every wrong setting at once. */
export const readConfig = (environment: Environment = process.env): Config => {
  const { values, chroma, model, embeddings, problems } = readSettings(environment);
  if (problems.length > 0) {
    throw new AppError("misconfigured", `Wrong settings: ${problems.join("; ")}.`);
  }
  const root = appRoot();
  const knowledgeIsDemo = !environment["KNOWLEDGE_DIR"]?.trim();
  return {
    appRoot: root,
    buildFolder: join(root, "dist"),
    knowledgeFolder: knowledgeIsDemo ? join(root, values.KNOWLEDGE_DIR) : resolve(values.KNOWLEDGE_DIR),
    knowledgeIsDemo,
    dataFolder: resolve(values.DATA_DIR),
    snapshots: readSnapshots(values),
    keepGenerations: values.KEEP_GENERATIONS,
    swap: values.SWAP,
    chroma,
    model,
    embeddings,
    azureClientId: values.AZURE_CLIENT_ID,
    functionKey: readFunctionKey(environment),
    apiKeys: values.API_KEYS ?? [],
    allowedOrigins: values.ALLOWED_ORIGINS ?? [],
    refreshMs: values.REFRESH_SECONDS * 1_000,
    requestTimeoutMs: values.REQUEST_TIMEOUT_SECONDS * 1_000,
    contextTokens: values.CONTEXT_TOKENS,
    historyTokens: values.HISTORY_TOKENS,
    answerTokens: values.ANSWER_TOKENS,
    logContent: values.LOG_CONTENT,
    selfTest: readSelfTest(values, environment),
    tokenPrice: readTokenPrice(values),
  };
};

/** Everything that `readConfig` would fail for, each in words of its own. */
export const settingProblems = (environment: Environment = process.env): readonly string[] =>
  readSettings(environment).problems;

interface Settings extends Pick<Config, "chroma" | "embeddings" | "model"> {
  readonly values: Values;
  readonly problems: readonly string[];
}

const readSettings = (environment: Environment): Settings => {
  const { values, problems } = readValues(environment);
  const chroma = readChroma(values, problems);
  const model = readModel(values, problems);
  const embeddings = readEmbeddings(values, problems);
  if (values.SNAPSHOT_DIR && values.SNAPSHOT_URL)
    problems.push("SNAPSHOT_DIR and SNAPSHOT_URL exclude each other");
  return { values, chroma, model, embeddings, problems };
};

const readValues = (environment: Environment): { values: Values; problems: string[] } => {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { schema, ...setting }] of Object.entries(settings)) {
    // an empty value means unset: Azure's portal and .env files cannot express it otherwise
    const given = environment[name]?.trim();
    const result = (schema as z.ZodType).safeParse(
      given || ("default" in setting ? setting.default : undefined),
    );
    if (result.success) values[name] = result.data;
    else problems.push(`${name} ${result.error.issues[0]?.message ?? "is not valid"}`);
  }
  return { values: values as Values, problems };
};

const readSnapshots = ({
  SNAPSHOT_URL,
  SNAPSHOT_CONNECTION_STRING,
  SNAPSHOT_DIR,
  DATA_DIR,
}: Values): Config["snapshots"] =>
  SNAPSHOT_URL
    ? { kind: "azure-files", url: SNAPSHOT_URL, connectionString: SNAPSHOT_CONNECTION_STRING }
    : { kind: "folder", folder: resolve(SNAPSHOT_DIR ?? DATA_DIR) };

const readChroma = (values: Values, problems: string[]): Config["chroma"] => {
  if (values.CHROMA_MODE !== "server") return { mode: "embedded" };
  if (!values.CHROMA_URL && !problems.some((problem) => problem.startsWith("CHROMA_URL"))) {
    problems.push("CHROMA_URL is needed with CHROMA_MODE=server");
  }
  return { mode: "server", url: values.CHROMA_URL ?? "" };
};

const readTokenPrice = ({ PROMPT_TOKEN_PRICE, COMPLETION_TOKEN_PRICE }: Values): Config["tokenPrice"] =>
  PROMPT_TOKEN_PRICE === undefined && COMPLETION_TOKEN_PRICE === undefined
    ? undefined
    : { prompt: PROMPT_TOKEN_PRICE ?? 0, completion: COMPLETION_TOKEN_PRICE ?? 0 };
