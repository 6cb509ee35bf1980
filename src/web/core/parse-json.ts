/**
 * Reads JSON that came from the app, without the control characters that make letters appear in
 * another order than they are read.
 */
export const parseJson = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) => (typeof value === "string" ? withoutOverrides(value) : value));

export const withoutOverrides = (text: string): string => text.replaceAll(/[\u202A-\u202E]/g, "");
