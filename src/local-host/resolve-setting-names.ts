import { readSetting } from "./read-setting.ts";

/** Replaces each `%NAME%` by the app setting of that name, and refuses one that is not set. */
export function resolveSettingNames(text: string, functionName: string): string {
  return text.replaceAll(/%([^%]+)%/g, (_match, name: string) => {
    const value = readSetting(name);
    if (value === undefined) {
      throw new Error(`The function '${functionName}' needs the setting ${name}, which is not set.`);
    }
    return value;
  });
}
