/** The npm package that carries the Chroma engine for a platform, named as chromadb names it. */
export const engineBinding = (platform: string = process.platform, arch: string = process.arch): string => {
  const suffix = { linux: "-gnu", win32: "-msvc" }[platform] ?? "";
  return `chromadb-js-bindings-${platform}-${arch}${suffix}`;
};
