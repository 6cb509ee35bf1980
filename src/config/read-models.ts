/** A model on a server that speaks OpenAI's protocol. */
export interface ModelServer {
  readonly kind: "openai" | "azure";
  readonly baseUrl: string;
  /** Without one, Azure is asked with tokens of Entra ID, and other servers with nothing. */
  readonly apiKey: string | undefined;
  /** On Azure, the name of its deployment. */
  readonly model: string;
}

export interface Embeddings {
  /** What embeds the next ingest. */
  readonly next: "local" | ModelServer;
  /** All models that can embed: what is served may have been embedded by another than the next. */
  readonly servers: readonly ModelServer[];
  /** What the models shall shorten their vectors to. */
  readonly dimensions: number | undefined;
  /** In the place of the embedder's own. */
  readonly threshold: number | undefined;
}

interface Values {
  readonly LLM: string;
  readonly EMBEDDINGS: string;
  readonly EMBEDDING_DIMENSIONS?: number | undefined;
  readonly RELEVANCE_THRESHOLD?: number | undefined;
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_MODEL?: string | undefined;
  readonly OPENAI_EMBEDDING_MODEL?: string | undefined;
  readonly AZURE_OPENAI_ENDPOINT?: string | undefined;
  readonly AZURE_OPENAI_API_KEY?: string | undefined;
  readonly AZURE_OPENAI_DEPLOYMENT?: string | undefined;
  readonly AZURE_OPENAI_EMBEDDING_DEPLOYMENT?: string | undefined;
}

/** Which model words the answers, `undefined` for none. Adds what contradicts itself to `problems`. */
export const readModel = (values: Values, problems: string[]): ModelServer | undefined => {
  const { LLM: llm, OPENAI_MODEL: model, AZURE_OPENAI_DEPLOYMENT: deployment } = values;
  if (llm === "extractive") return undefined;
  if (llm === "openai" && !model) problems.push("OPENAI_MODEL is needed with LLM=openai");
  if (llm === "azure" && !deployment) problems.push("AZURE_OPENAI_DEPLOYMENT is needed with LLM=azure");
  if (llm === "auto") problems.push(...ambiguities(values));
  if (deployment && llm !== "openai") return azureServer("AZURE_OPENAI_DEPLOYMENT", values, problems);
  return model && llm !== "azure" ? openAiServer("OPENAI_MODEL", values, problems) : undefined;
};

/** A key alone says nothing: many machines have one in every environment. An address does. */
const ambiguities = (values: Values): readonly string[] => {
  const { OPENAI_MODEL: model, AZURE_OPENAI_DEPLOYMENT: deployment } = values;
  const needed = (name: string, beside: string): string =>
    `${name} is needed beside ${beside}; or set LLM=extractive`;
  return [
    ...(model && deployment
      ? ["OPENAI_MODEL and AZURE_OPENAI_DEPLOYMENT are both set: choose with LLM=openai or LLM=azure"]
      : []),
    ...(values.OPENAI_BASE_URL && !model && !values.OPENAI_EMBEDDING_MODEL
      ? [needed("OPENAI_MODEL", "OPENAI_BASE_URL")]
      : []),
    ...(values.AZURE_OPENAI_ENDPOINT && !deployment && !values.AZURE_OPENAI_EMBEDDING_DEPLOYMENT
      ? [needed("AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_ENDPOINT")]
      : []),
  ];
};

/** What can embed. Adds what contradicts itself to `problems`. */
export const readEmbeddings = (values: Values, problems: string[]): Embeddings => {
  const { EMBEDDINGS: kind, EMBEDDING_DIMENSIONS: dimensions } = values;
  const { OPENAI_EMBEDDING_MODEL: model, AZURE_OPENAI_EMBEDDING_DEPLOYMENT: deployment } = values;
  if (kind === "openai" && !model) problems.push("OPENAI_EMBEDDING_MODEL is needed with EMBEDDINGS=openai");
  if (kind === "azure" && !deployment) {
    problems.push("AZURE_OPENAI_EMBEDDING_DEPLOYMENT is needed with EMBEDDINGS=azure");
  }
  if (dimensions !== undefined && !model && !deployment) {
    problems.push(
      "EMBEDDING_DIMENSIONS needs OPENAI_EMBEDDING_MODEL or AZURE_OPENAI_EMBEDDING_DEPLOYMENT: the local model has 384",
    );
  }
  const servers = [
    ...(model ? [openAiServer("OPENAI_EMBEDDING_MODEL", values, problems)] : []),
    ...(deployment ? [azureServer("AZURE_OPENAI_EMBEDDING_DEPLOYMENT", values, problems)] : []),
    // the one that is named comes first: both may have the same model
  ].toSorted((a, b) => Number(b.kind === kind) - Number(a.kind === kind));
  const [first] = servers;
  const next = first?.kind === kind ? first : "local";
  return { next, servers, dimensions, threshold: values.RELEVANCE_THRESHOLD };
};

const openAiServer = (
  name: "OPENAI_MODEL" | "OPENAI_EMBEDDING_MODEL",
  values: Values,
  problems: string[],
): ModelServer => {
  const { OPENAI_BASE_URL: baseUrl, OPENAI_API_KEY: apiKey } = values;
  if (!baseUrl && !apiKey && !isTold("OPENAI_BASE_URL", problems)) {
    problems.push(`${name} needs OPENAI_API_KEY (OpenAI) or OPENAI_BASE_URL (any other server)`);
  }
  return {
    kind: "openai",
    baseUrl: baseUrl ?? "https://api.openai.com/v1",
    apiKey,
    model: values[name] ?? "",
  };
};

const azureServer = (
  name: "AZURE_OPENAI_DEPLOYMENT" | "AZURE_OPENAI_EMBEDDING_DEPLOYMENT",
  values: Values,
  problems: string[],
): ModelServer => {
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_API_KEY: apiKey } = values;
  if (!endpoint && !isTold("AZURE_OPENAI_ENDPOINT", problems)) {
    problems.push(`${name} needs AZURE_OPENAI_ENDPOINT`);
  }
  return { kind: "azure", baseUrl: endpoint ?? "", apiKey, model: values[name] ?? "" };
};

/** A setting that could not be read counts as unset: what is wrong with it is reported once. */
const isTold = (name: string, problems: readonly string[]): boolean =>
  problems.some((problem) => problem.startsWith(`${name} `));
