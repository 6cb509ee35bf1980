/** The text of a message in parts. Pictures, files and tools are nothing that files could be asked about. */
export const textOfParts = (parts: readonly unknown[]): string =>
  parts.flatMap((part) => (isText(part) ? [part.text] : [])).join("\n");

const isText = (part: unknown): part is { readonly text: string } =>
  typeof part === "object" &&
  part !== null &&
  "type" in part &&
  part.type === "text" &&
  "text" in part &&
  typeof part.text === "string";
