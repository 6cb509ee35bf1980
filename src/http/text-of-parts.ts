interface Part {
  readonly type: string;
  readonly text?: string | undefined;
}

/** The text of a message in parts. Pictures, files and tools are nothing that files could be asked about. */
export const textOfParts = (parts: readonly Part[]): string =>
  parts.flatMap(({ type, text }) => (type === "text" && text !== undefined ? [text] : [])).join("\n");
