import * as z from "zod";
import type { Current, Manifest } from "../ports/generation.ts";
import { AppError } from "../shared/app-error.ts";
import { sha256 } from "./generation-files.ts";

const newestFormat = 2;

const manifestSchema: z.ZodType<Manifest> = z.object({
  format: z.literal([1, newestFormat]),
  id: z.string(),
  created: z.string(),
  embedder: z.object({ name: z.string(), dimensions: z.int().positive() }),
  corpusDigest: z.string(),
  origin: z.object({ name: z.string(), folder: z.string(), files: z.string() }).optional(),
  subject: z.string(),
  starters: z.array(z.string()).optional(),
  canaries: z.array(z.object({ question: z.string(), expect: z.string(), namespace: z.string() })).optional(),
  contact: z.string().optional(),
  speakAs: z.enum(["subject", "about"]).optional(),
  questions: z.array(z.object({ question: z.string(), isRight: z.boolean() })).optional(),
  scores: z.object({ maybe: z.number(), sure: z.number() }).optional(),
  language: z.string().optional(),
  namespaces: z.array(
    z.object({
      name: z.string(),
      topK: z.number(),
      threshold: z.number(),
      role: z.enum(["facts", "style"]),
      passages: z.number(),
      vectors: z.number().optional(),
    }),
  ),
  files: z.array(
    z.object({
      // a name, never a path: it is joined to one
      name: z.string().regex(/^[\w.-]+$/),
      bytes: z.number(),
      sha256: z.string(),
      unpackedBytes: z.number().optional(),
    }),
  ),
});

const currentSchema: z.ZodType<Current> = z.object({
  sequence: z.int().positive(),
  generation: z.string().regex(/^[\w-]+$/),
  parent: z.string().nullable(),
});

export const manifestPath = (generation: string): string => `generations/${generation}/manifest.json`;

/** Fails with `generation_unusable`, saying what was found and what is needed. */
export const parseManifest = (generation: string, content: Uint8Array | undefined): Manifest => {
  const unusable = (why: string, cause?: unknown): AppError =>
    new AppError("generation_unusable", `Generation ${generation} ${why}.`, { cause });
  if (!content) throw unusable("has no manifest.json");

  let value: { readonly format?: unknown; readonly sha256?: unknown };
  try {
    value = JSON.parse(Buffer.from(content).toString("utf8")) as typeof value;
  } catch (error) {
    throw unusable("has a manifest.json that is no JSON", error);
  }
  if (typeof value?.format === "number" && value.format > newestFormat) {
    throw unusable(
      `is of format ${value.format}, and this app reads up to ${newestFormat}: deploy a newer one`,
    );
  }
  const { sha256: checksum, ...rest } = value;
  const parsed = manifestSchema.safeParse(rest);
  if (!parsed.success || checksum !== checksumOfManifest(rest)) {
    throw unusable("has a damaged manifest.json", parsed.error);
  }
  return parsed.data;
};

/** With a checksum of its own: a byte that flipped in a threshold would otherwise be served. */
export const renderManifest = (manifest: Manifest): string =>
  `${JSON.stringify({ ...manifest, sha256: checksumOfManifest(manifest) }, undefined, 2)}\n`;

const checksumOfManifest = (manifest: object): string => sha256(Buffer.from(JSON.stringify(manifest)));

/** Fails with `generation_unusable` when its checksum does not hold. */
export const parseCurrent = (content: Uint8Array): Current => {
  try {
    const { sha256: checksum, ...rest } = JSON.parse(Buffer.from(content).toString("utf8")) as Record<
      string,
      unknown
    >;
    const current = currentSchema.parse(rest);
    if (checksum !== checksumOf(current)) throw new Error("its checksum does not hold");
    return current;
  } catch (error) {
    throw new AppError(
      "generation_unusable",
      "CURRENT is damaged; an ingest or a rollback writes it again.",
      {
        cause: error,
      },
    );
  }
};

export const renderCurrent = (current: Current): string =>
  `${JSON.stringify({ ...current, sha256: checksumOf(current) })}\n`;

const checksumOf = ({ sequence, generation, parent }: Current): string =>
  sha256(Buffer.from(JSON.stringify([sequence, generation, parent])));
