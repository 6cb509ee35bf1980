/** Counts what a text costs in a model's prompt. */
export interface TokenCounter {
  count(text: string): number;
}
