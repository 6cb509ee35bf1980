/**
 * A passage that was found and is not in the context, for the owner's eyes. Without its text: a style's never leaves
 * the app.
 */
export interface DroppedHit {
  readonly namespace: string;
  readonly source: string;
  readonly score: number;
  /**
   * `below_threshold`: less similar than the owner allows. `refused`: nothing that was found answers the question.
   * `below_best`: too far behind the best one. `over_top_k`: others of its namespace are better.
   */
  readonly why:
    | "style"
    | "below_threshold"
    | "refused"
    | "below_best"
    | "over_top_k"
    | "repeated"
    | "over_budget";
}
