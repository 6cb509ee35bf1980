import type { LiveGeneration } from "../ports/generation.ts";
import type { Passage } from "../ports/passage.ts";
import { AppError } from "../shared/app-error.ts";

interface Cited {
  readonly namespace: string;
  readonly id: string;
}

/** The passage that an answer cited, of the generation that is served now. Fails with `not_found`. */
export const readSource = async (
  { namespace, id }: Cited,
  { generations }: { readonly generations: LiveGeneration },
  signal: AbortSignal,
): Promise<Passage> => {
  const lease = await generations.acquire(signal);
  const { manifest, passages } = lease;
  try {
    // a style is never quoted
    const isCited = manifest.namespaces.some(({ name, role }) => name === namespace && role === "facts");
    const passage = isCited ? passages.get(namespace)?.get(id) : undefined;
    if (!passage) {
      throw new AppError(
        "not_found",
        "There is no such passage; the files may have changed since it was cited.",
      );
    }
    return passage;
  } finally {
    lease.release();
  }
};
