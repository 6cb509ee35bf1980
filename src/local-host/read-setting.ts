/** An app setting as the host sees it; an empty one counts as unset. */
export function readSetting(name: string): string | undefined {
  return process.env[name]?.trim() || undefined;
}
