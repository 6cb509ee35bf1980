import leven from "leven";
import { settingProblems } from "../../config/read-config.ts";
import { settings } from "../../config/settings.ts";
import { ok, warning, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";

/** What Azure Functions and the Node in it are set with. */
const ofThePlatform =
  /^(?:FUNCTIONS_|AzureWebJobs|AzureFunctions|WEBSITE|SCM_|ENABLE_|languageWorkers|APPLICATIONINSIGHTS_|APPINSIGHTS_|OTEL_|AZURE_(?!OPENAI)|NODE_|UV_|TMPDIR$|PATH$)/i;

const known = Object.keys(settings);

interface Sources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of local.settings.json. */
  readonly local: Readonly<Record<string, string>>;
}

/** Every wrong setting, and names that look as if one of ours was meant. */
export const checkSettings = ({ environment, local }: Sources): readonly Finding[] => {
  const problems = settingProblems(environment).map((problem) =>
    wrong("settings", `${problem}.`, "docs/settings.md lists every setting and what it takes."),
  );
  const misspelt = [...misspeltIn(local), ...likelyMisspelt(environment, local)];
  if (problems.length + misspelt.length > 0) return [...problems, ...misspelt];
  const set = known.filter((name) => environment[name]?.trim());
  return [ok("settings", set.length > 0 ? `${set.join(", ")}; defaults otherwise` : "all by default")];
};

/** What stands in local.settings.json is meant for us, or for the platform. */
const misspeltIn = (local: Sources["local"]): readonly Finding[] =>
  Object.keys(local)
    .filter((name) => !known.includes(name) && !ofThePlatform.test(name))
    .map((name) => {
      const near = nearest(name);
      const remedy = near ? `Is ${near} meant?` : "Remove it, or look up its name in docs/settings.md.";
      return wrong("settings", `local.settings.json sets ${name}, which is no setting of this app.`, remedy);
    });

/** An environment is full of other programs' names: only a name that differs by a letter or two is reported. */
const likelyMisspelt = (environment: Sources["environment"], local: Sources["local"]): readonly Finding[] =>
  Object.keys(environment)
    .filter((name) => !known.includes(name) && !(name in local))
    .flatMap((name) => {
      const near = nearest(name);
      if (!near || near.length < 6) return [];
      return [warning("settings", `${name} is set, which is no setting of this app.`, `Is ${near} meant?`)];
    });

const mostLettersOff = 2;

const nearest = (name: string): string | undefined => {
  const [best] = known
    .map((setting) => ({ setting, distance: leven(name.toUpperCase(), setting) }))
    .toSorted((a, b) => a.distance - b.distance);
  return best && best.distance <= mostLettersOff ? best.setting : undefined;
};
