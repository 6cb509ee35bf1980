import { APIError } from "openai";

/** The categories that stopped a text, as Azure names them (`hate`, `jailbreak`, …), of its findings on each. */
export const stoppedFor = (findings: object | undefined): readonly string[] =>
  Object.entries(findings ?? {}).flatMap(([category, finding]) =>
    (finding as { readonly filtered?: unknown } | undefined)?.filtered === true ? [category] : [],
  );

/** The same of a prompt that was refused for its content; `undefined` for any other failure. */
export const promptStoppedFor = (error: unknown): readonly string[] | undefined => {
  if (!(error instanceof APIError) || error.code !== "content_filter") return undefined;
  const { innererror } = (error.error ?? {}) as {
    readonly innererror?: { readonly content_filter_result?: object };
  };
  return stoppedFor(innererror?.content_filter_result);
};
