/** Read apart from the rest: whoever holds it may see what is wrong with the rest. */
export const readFunctionKey = (): string | undefined => process.env["FUNCTION_KEY"]?.trim() || undefined;
