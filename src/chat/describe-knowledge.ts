import { unnamedSubject } from "../shared/unnamed-subject.ts";
import type { AnswerTools } from "./answer-question.ts";

/** What a front-end shows before the first question. */
export interface About {
  /** Whom or what answers are about, where the owner said so. */
  readonly subject?: string;
  /** Questions to begin with. */
  readonly starters: readonly string[];
  /** Whether a model words the answers. */
  readonly mode: "generated" | "extractive";
}

/** Says what the served knowledge is about. Opens it, so that the first question need not wait for that. */
export const describeKnowledge = async (
  { generations, generator }: Pick<AnswerTools, "generations" | "generator">,
  signal: AbortSignal,
): Promise<About> => {
  const lease = await generations.acquire(signal);
  const { subject, starters = [] } = lease.manifest;
  lease.release();
  return { ...(subject === unnamedSubject ? {} : { subject }), starters, mode: generator.mode };
};
