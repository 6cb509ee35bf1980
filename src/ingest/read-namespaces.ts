import * as z from "zod";
import type { Namespace } from "../ports/namespace.ts";
import { unnamedSubject } from "../shared/unnamed-subject.ts";
import { AppError, messageOf } from "../shared/app-error.ts";

const namespaceSchema = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9](?:[a-z0-9_-]{0,38}[a-z0-9])?$/,
      "must be 1 to 40 of a-z, 0-9, _ and -, with a letter or digit at both ends",
    ),
  topK: z.int().min(1).max(50).default(2),
  threshold: z.number().min(0).max(1).optional(),
  role: z.enum(["facts", "style"]).default("facts"),
});

const planSchema = z.strictObject({
  subject: z.string().trim().min(1).max(100).optional(),
  contact: z.string().trim().min(1).max(200).optional(),
  speakAs: z.enum(["subject", "about"]).optional(),
  starters: z
    .array(z.string().trim().min(1).max(120, "must have at most 120 characters"))
    .max(6, "must hold at most 6 questions")
    .optional(),
  namespaces: z
    .array(namespaceSchema)
    .min(1)
    .max(20)
    .refine(
      (all) => new Set(all.map(({ name }) => name)).size === all.length,
      "two namespaces have the same name",
    )
    .refine(
      (all) => all.some(({ role }) => role === "facts"),
      'at least one namespace needs the role "facts"',
    )
    .optional(),
});

/** What to search, in which order, and whom the answers are about. */
export interface KnowledgePlan {
  readonly subject: string;
  /** Questions that a visitor is offered first; an empty list offers none. */
  readonly starters?: readonly string[];
  /** Where visitors can ask the owner, such as an e-mail address. */
  readonly contact?: string;
  /** Whether answers are given in the subject's name: "You can reach me …". */
  readonly speakAs?: "subject" | "about";
  readonly namespaces: readonly Namespace[];
}

const defaultNamespaces: z.infer<typeof planSchema>["namespaces"] & {} = [
  { name: "personal", topK: 5, role: "facts" },
  { name: "academic", topK: 2, role: "facts" },
  { name: "projects", topK: 2, role: "facts" },
  { name: "style", topK: 1, role: "style" },
];

/**
 * Reads the text of `namespaces.json`, or gives the defaults without one; the threshold is for
 * namespaces that set none. Fails with `ingest_failed`.
 */
export const readNamespaces = (text: string | undefined, threshold: number): KnowledgePlan => {
  const plan: z.infer<typeof planSchema> = text === undefined ? {} : parse(text);
  const { subject = unnamedSubject, namespaces = defaultNamespaces, starters, contact, speakAs } = plan;
  return {
    subject,
    namespaces: namespaces.map((namespace) => ({
      ...namespace,
      threshold: namespace.threshold ?? threshold,
    })),
    ...(starters ? { starters } : {}),
    ...(contact === undefined ? {} : { contact }),
    ...(speakAs ? { speakAs } : {}),
  };
};

const parse = (text: string): z.infer<typeof planSchema> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AppError("ingest_failed", `namespaces.json is not JSON: ${messageOf(error)}`, { cause: error });
  }
  const result = planSchema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the file"}: ${message}`,
  );
  throw new AppError("ingest_failed", `namespaces.json is not valid: ${problems.join("; ")}`);
};
