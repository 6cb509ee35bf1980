/** The settings that a model is named with. */
export const settingsOf = {
  openai: {
    chat: "OPENAI_BASE_URL, OPENAI_API_KEY or OPENAI_MODEL",
    embedding: "OPENAI_BASE_URL, OPENAI_API_KEY or OPENAI_EMBEDDING_MODEL",
  },
  azure: {
    chat: "AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY or AZURE_OPENAI_DEPLOYMENT",
    embedding: "AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY or AZURE_OPENAI_EMBEDDING_DEPLOYMENT",
  },
} as const;
