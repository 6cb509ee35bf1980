const kept = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH"];

/** The variables a child process needs to run on this machine, and none of the app's settings. */
export const machineEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    kept.flatMap((key) => {
      const value = process.env[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
