/** A model on a server that speaks OpenAI's protocol. */
export interface ModelServer {
  readonly kind: "openai" | "azure";
  readonly baseUrl: string;
  /** Without one, Azure is asked with tokens of Entra ID, and other servers with nothing. */
  readonly apiKey: string | undefined;
  /** On Azure, the name of its deployment. */
  readonly model: string;
}

interface Values {
  readonly LLM: string;
  readonly OPENAI_BASE_URL?: string | undefined;
  readonly OPENAI_API_KEY?: string | undefined;
  readonly OPENAI_MODEL?: string | undefined;
  readonly AZURE_OPENAI_ENDPOINT?: string | undefined;
  readonly AZURE_OPENAI_API_KEY?: string | undefined;
  readonly AZURE_OPENAI_DEPLOYMENT?: string | undefined;
}

/** Which model words the answers, `undefined` for none. Adds what contradicts itself to `problems`. */
export const readModel = (values: Values, problems: string[]): ModelServer | undefined => {
  const { LLM: llm, OPENAI_MODEL: model, AZURE_OPENAI_DEPLOYMENT: deployment } = values;
  const { OPENAI_BASE_URL: baseUrl, AZURE_OPENAI_ENDPOINT: endpoint } = values;
  if (llm === "extractive") return undefined;
  if (llm === "openai" && !model) problems.push("OPENAI_MODEL is needed with LLM=openai");
  if (llm === "azure" && !deployment) problems.push("AZURE_OPENAI_DEPLOYMENT is needed with LLM=azure");
  if (llm === "auto" && model && deployment) {
    problems.push(
      "OPENAI_MODEL and AZURE_OPENAI_DEPLOYMENT are both set: choose with LLM=openai or LLM=azure",
    );
  }
  // a key alone says nothing: many machines have one in every environment
  if (llm === "auto" && baseUrl && !model) {
    problems.push("OPENAI_MODEL is needed beside OPENAI_BASE_URL; or set LLM=extractive");
  }
  if (llm === "auto" && endpoint && !deployment) {
    problems.push("AZURE_OPENAI_DEPLOYMENT is needed beside AZURE_OPENAI_ENDPOINT; or set LLM=extractive");
  }
  const azure =
    deployment && llm !== "openai" ? azureServer("AZURE_OPENAI_DEPLOYMENT", values, problems) : undefined;
  const openai = model && llm !== "azure" ? openAiServer("OPENAI_MODEL", values, problems) : undefined;
  return azure ?? openai;
};

const openAiServer = (name: "OPENAI_MODEL", values: Values, problems: string[]): ModelServer => {
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

const azureServer = (name: "AZURE_OPENAI_DEPLOYMENT", values: Values, problems: string[]): ModelServer => {
  const { AZURE_OPENAI_ENDPOINT: endpoint, AZURE_OPENAI_API_KEY: apiKey } = values;
  if (!endpoint && !isTold("AZURE_OPENAI_ENDPOINT", problems))
    problems.push(`${name} needs AZURE_OPENAI_ENDPOINT`);
  return { kind: "azure", baseUrl: endpoint ?? "", apiKey, model: values[name] ?? "" };
};

/** A setting that could not be read counts as unset: what is wrong with it is told once. */
const isTold = (name: string, problems: readonly string[]): boolean =>
  problems.some((problem) => problem.startsWith(`${name} `));
