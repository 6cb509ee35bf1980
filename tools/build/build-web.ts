import { createHash } from "node:crypto";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { BuildOptions, BuildResult } from "esbuild";

/*
 * Builds the page and the widget into dist/web, and says in dist/web.json what of. What can be compressed is compressed here, once,
 * instead of at every request.
 */
const root = join(import.meta.dirname, "..", "..");
const source = join(root, "src", "web");
const target = join(root, "dist", "web");

const inputs = new Set<string>();

const bundle = async (options: BuildOptions): Promise<BuildResult> => {
  const result = await build({ ...common, ...options });
  for (const input of Object.keys(result.metafile?.inputs ?? {})) inputs.add(input);
  return result;
};

const common: BuildOptions = {
  bundle: true,
  metafile: true,
  minify: true,
  outdir: target,
  format: "iife",
  target: ["chrome123", "safari17.5", "firefox121"],
  legalComments: "none",
  loader: { ".woff2": "file" },
  assetNames: "[name]-[hash]",
  publicPath: "/api/ui",
  logLevel: "warning",
};

const buildPage = async (): Promise<void> => {
  const page = join(source, "page");
  await bundle({
    entryPoints: [join(page, "page.tsx"), join(page, "page.css"), join(page, "first-paint.ts")],
  });
  await writeFile(join(target, "icon.svg"), await readFile(join(page, "icon.svg")));
  const html = await readFile(join(page, "index.html"), "utf8");
  await writeFile(join(target, "index.html"), await withVersions(html));
};

/** An address that changes with its file's content can be kept by caches for good. */
const withVersions = async (html: string): Promise<string> => {
  const names = [...html.matchAll(/\/api\/ui\/([\w.-]+)/g)].map(([, name = ""]) => name);
  let versioned = html;
  for (const name of names) {
    const hash = createHash("sha256").update(await readFile(join(target, name)));
    versioned = versioned.replace(
      `/api/ui/${name}"`,
      `/api/ui/${name}?v=${hash.digest("hex").slice(0, 12)}"`,
    );
  }
  return versioned;
};

/** One file, with its style sheet in it: nothing else has to be allowed by the sites that show it. */
const buildWidget = async (): Promise<void> => {
  const widget = join(source, "widget");
  const styles = await bundle({ entryPoints: [join(widget, "widget.css")], write: false });
  await bundle({
    entryPoints: [join(widget, "widget.tsx")],
    define: { widgetStyles: JSON.stringify(inPixels(styles.outputFiles?.[0]?.text ?? "")) },
  });
};

/** A page may have made its rem anything, and a shadow root has none of its own. */
const inPixels = (css: string): string =>
  css.trim().replaceAll(/([\d.]+)rem\b/g, (_, length: string) => `${Number(length) * 16}px`);

const compress = async (): Promise<void> => {
  for (const name of await readdir(target)) {
    if (name.endsWith(".woff2")) continue;
    const content = await readFile(join(target, name));
    await writeFile(join(target, `${name}.gz`), gzipSync(content, { level: 9 }));
    await writeFile(join(target, `${name}.br`), brotliCompressSync(content));
  }
};

await rm(target, { recursive: true, force: true });
await buildPage();
await buildWidget();
await compress();
// whose licences have to come along
await writeFile(`${target}.json`, JSON.stringify({ inputs: [...inputs] }));
