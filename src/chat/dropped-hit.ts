/**
 * A passage that was found and is not in the context, for the owner's eyes. Without its text: a style's never leaves
 * the app.
 */
export interface DroppedHit {
  readonly namespace: string;
  readonly source: string;
  readonly score: number;
  readonly why: "style" | "below_threshold" | "repeated" | "over_budget";
}
