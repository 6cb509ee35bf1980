/**
 * Whether a setting is a reference to a vault that Azure could not resolve: then it hands over the reference itself,
 * which anybody can guess from the app's name.
 */
export const isUnresolved = (value: string): boolean => value.startsWith("@Microsoft.KeyVault(");
