import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { extract } from "tar";
import { repository } from "../../support/repository.ts";

interface UnpackedChromium {
  readonly executablePath: string;
  readonly env: NodeJS.ProcessEnv;
}

const carrier = join(repository, "node_modules", "@sparticuz", "chromium");

/**
 * Unpacks the Chromium for Linux x64 that an npm package carries, once for each of its versions. The package's own code
 * would share one folder of the system with all who use it, and leave out what Debian lacks.
 */
export const unpackChromium = async (): Promise<UnpackedChromium> => {
  const { version } = JSON.parse(await readFile(join(carrier, "package.json"), "utf8")) as {
    version: string;
  };
  const folder = join(repository, "node_modules", ".cache", "chromium", version);
  if (!existsSync(folder)) {
    const draft = `${folder}-${randomUUID()}`;
    try {
      await unpackInto(draft);
      // of two test files that unpack at once, one comes too late
      await rename(draft, folder).catch((error: unknown) => {
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
  }
  return {
    executablePath: join(folder, "chromium"),
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, "lib"),
      FONTCONFIG_FILE: join(folder, fontSettings),
    },
  };
};

const unpackInto = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const program = createWriteStream(join(folder, "chromium"), { mode: 0o755 });
  await pipeline(createReadStream(join(carrier, "bin", "chromium.br")), createBrotliDecompress(), program);
  // the libraries of NSS, and a font
  for (const archive of ["al2023.tar.br", "fonts.tar.br"]) {
    const packed = createReadStream(join(carrier, "bin", archive));
    await pipeline(packed, createBrotliDecompress(), extract({ cwd: folder }));
  }
  await writeFile(join(folder, fontSettings), fonts);
};

const fontSettings = "fonts-here.conf";

/** Those of the package name folders that are not there. */
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`;
