/** Text without the control characters that make letters appear in another order than they are read. */
export const withoutOverrides = (text: string): string =>
  text.replaceAll(/[\u202A-\u202E\u2066-\u2069]/g, "");
