/** `facts` are searched and quoted; `style` shapes the voice and is never quoted. */
export type NamespaceRole = "facts" | "style";

export interface Namespace {
  readonly name: string;
  /** How many hits to ask for. */
  readonly topK: number;
  /** The least cosine similarity a hit must have; not applied to `style`. */
  readonly threshold: number;
  readonly role: NamespaceRole;
}
