/** `facts` are searched and quoted; `style` shapes the voice and is never quoted. */
export type NamespaceRole = "facts" | "style";

/** A part of the knowledge that is searched by itself, with its own limits. */
export interface Namespace {
  readonly name: string;
  /** The number of passages that an answer may be made from. */
  readonly topK: number;
  /** The lowest cosine similarity that the owner allows a hit, 0 for any; not applied to `style`. */
  readonly threshold: number;
  readonly role: NamespaceRole;
}
