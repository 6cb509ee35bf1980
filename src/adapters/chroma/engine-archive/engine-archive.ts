import type { GenerationFile } from "../../../ports/generation.ts";

/** What an engine's files depend on. */
export interface EngineKind {
  /** `linux-x64` */
  readonly platform: string;
  /** `1.0.5` */
  readonly version: string;
}

/**
 * Picks the archive that this engine can read: of its platform, and not of a newer engine, which
 * would make it abort. Says in words why the others were passed over.
 */
export const pickArchive = (
  files: readonly GenerationFile[],
  { platform, version }: EngineKind,
): { readonly archive: GenerationFile | undefined; readonly passedOver: string } => {
  const reasons: string[] = [];
  for (const file of files) {
    const [, itsPlatform, itsVersion] = /^engine-(\w+-\w+)-(\d+\.\d+\.\d+)\.tar\.gz$/.exec(file.name) ?? [];
    if (!itsPlatform || !itsVersion) continue;
    if (itsPlatform !== platform) reasons.push(`${file.name} is for ${itsPlatform}, this is ${platform}`);
    else if (isNewer(itsVersion, version)) {
      reasons.push(
        `${file.name} was written by engine ${itsVersion}, this one is ${version} and cannot read it`,
      );
    } else return { archive: file, passedOver: "" };
  }
  return { archive: undefined, passedOver: reasons.join("; ") || "the generation has none" };
};

export const archiveName = ({ platform, version }: EngineKind): string =>
  `engine-${platform}-${version}.tar.gz`;

const isNewer = (a: string, b: string): boolean => a.localeCompare(b, "en", { numeric: true }) > 0;
