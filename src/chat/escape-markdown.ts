/** Addresses are links as they are, and a backslash within would lead elsewhere. */
const address =
  /(?<![\w+.-])(?:(?:[a-z][a-z\d+.-]{1,20}:\/\/|mailto:|www\.)\S+|[\w.+-]{1,64}@[\w.-]{1,250}\w)/gi;

/**
 * Words as they are written, for a reader that takes them for Markdown: `__main__.py` is no bold word, and `[2]` of a
 * footnote is no citation.
 */
export const escapeMarkdown = (text: string): string => {
  let escaped = "";
  let done = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    escaped += escapeWords(text.slice(done, index)) + found;
    done = index + found.length;
  }
  return escaped + escapeWords(text.slice(done));
};

const escapeWords = (text: string): string =>
  text
    .replaceAll(/[\\`*~|]/g, String.raw`\$&`)
    // within a word an underscore is one to Markdown too
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
    .replaceAll(/\[(?=[^\]\n]{0,200}\])/g, String.raw`\[`)
    .replaceAll(/<(?=[a-z!/?])/gi, String.raw`\<`)
    .replaceAll(/^([ \t]*)([#>+-])(?=\s|$)/gm, String.raw`$1\$2`)
    .replaceAll(/^([ \t]*\d{1,9})([.)])(?=\s)/gm, String.raw`$1\$2`);
