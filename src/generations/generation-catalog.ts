import { createHash } from "node:crypto";
import * as z from "zod";
import type { Current, GenerationCatalog, Manifest } from "../ports/generation.ts";
import type { SnapshotStore } from "../ports/snapshot-store.ts";
import { AppError } from "../shared/app-error.ts";

const manifestSchema: z.ZodType<Manifest> = z.object({
  format: z.literal(1),
  id: z.string(),
  created: z.string(),
  embedder: z.object({ name: z.string(), dimensions: z.number() }),
  corpusDigest: z.string(),
  subject: z.string(),
  namespaces: z.array(
    z.object({
      name: z.string(),
      topK: z.number(),
      threshold: z.number(),
      role: z.enum(["facts", "style"]),
      passages: z.number(),
    }),
  ),
});

const currentSchema: z.ZodType<Current> = z.object({
  sequence: z.int().positive(),
  generation: z.string(),
  parent: z.string().nullable(),
});

/** Keeps manifests beside their generations, and `CURRENT`, the only file that ever changes. */
export const createGenerationCatalog = (snapshots: SnapshotStore): GenerationCatalog => {
  const readJson = async (path: string): Promise<unknown> => {
    const content = await snapshots.read(path);
    return content && JSON.parse(Buffer.from(content).toString("utf8"));
  };

  const current = async (): Promise<Current | undefined> => {
    try {
      const content = await readJson("CURRENT");
      if (content === undefined) return undefined;
      const { sha256, ...rest } = content as Record<string, unknown>;
      const parsed = currentSchema.parse(rest);
      if (sha256 !== digest(parsed)) throw new Error("its checksum does not match");
      return parsed;
    } catch (error) {
      throw new AppError("generation_unusable", "CURRENT cannot be read; run npm run ingest.", {
        cause: error,
      });
    }
  };

  const manifest = async (generation: string): Promise<Manifest> => {
    const path = manifestPath(generation);
    try {
      return manifestSchema.parse(await readJson(path));
    } catch (error) {
      throw new AppError("generation_unusable", `${path} is missing or damaged; run npm run ingest.`, {
        cause: error,
      });
    }
  };

  return {
    current,
    manifest,
    publish: async (made, seen) => {
      await snapshots.write(manifestPath(made.id), `${JSON.stringify(made, undefined, 2)}\n`);
      // a damaged CURRENT has nothing that could be lost
      const now = await current().catch(() => undefined);
      if (now?.sequence !== seen?.sequence || now?.generation !== seen?.generation) {
        throw new AppError(
          "publish_lost",
          `Another ingest published ${now?.generation ?? "nothing"} meanwhile.`,
        );
      }
      const next = {
        sequence: (now?.sequence ?? 0) + 1,
        generation: made.id,
        parent: now?.generation ?? null,
      };
      await snapshots.write("CURRENT", `${JSON.stringify({ ...next, sha256: digest(next) })}\n`);
      return next;
    },
    list: async () => {
      const published: string[] = [];
      for (const name of [...(await snapshots.list("generations"))].sort()) {
        if (await snapshots.read(manifestPath(name))) published.push(name);
      }
      return published;
    },
    forget: (generation) => snapshots.remove(`generations/${generation}`),
  };
};

const manifestPath = (generation: string): string => `generations/${generation}/manifest.json`;

const digest = ({ sequence, generation, parent }: Current): string =>
  createHash("sha256")
    .update(JSON.stringify([sequence, generation, parent]))
    .digest("hex");
