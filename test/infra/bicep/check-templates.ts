import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Language, Parser } from "web-tree-sitter";
import { repository } from "../../support/repository.ts";
import { checkModules } from "./check-modules.ts";
import { checkNames } from "./check-names.ts";
import { checkQueries } from "./check-queries.ts";
import { checkResources } from "./check-resources.ts";
import { checkRoles } from "./check-roles.ts";
import { checkSecrets } from "./check-secrets.ts";
import { checkSettings } from "./check-settings.ts";
import type { Project } from "./project.ts";
import { readTemplate } from "./read-template.ts";
import type { ResourceTypes } from "./resource-types.ts";

const infra = join(repository, "infra");

/** The files of infra/ by their path in it. */
export const readFiles = (): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(infra, { recursive: true, encoding: "utf8" })
      .map((file) => file.replaceAll("\\", "/"))
      .filter((file) => /\.(?:bicep|bicepparam|kql|json)$/.test(file))
      .sort()
      .map((file) => [file, readFileSync(join(infra, file), "utf8")]),
  );

export const createParser = async (): Promise<Parser> => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(readFileSync(require.resolve("tree-sitter-bicep/tree-sitter-bicep.wasm"))),
  );
  return parser;
};

/** Everything that is wrong with the templates, as `file:line: what`. */
export const checkTemplates = (parser: Parser, files: ReadonlyMap<string, string>): readonly string[] => {
  const project: Project = {
    templates: [...files]
      .filter(([file]) => file.endsWith(".bicep"))
      .map(([file, text]) => readTemplate(parser, file, text)),
    parameterFile: readTemplate(parser, "main.bicepparam", files.get("main.bicepparam") ?? ""),
    types: JSON.parse(
      readFileSync(join(repository, "test", "fixtures", "bicep-types.json"), "utf8"),
    ) as ResourceTypes,
    files,
    deployGuide: readFileSync(join(repository, "docs", "deploy.md"), "utf8"),
  };
  return [checkNames, checkResources, checkModules, checkSettings, checkSecrets, checkRoles, checkQueries]
    .flatMap((check) => check(project))
    .map(({ file, line, text }) => `${file}:${line}: ${text}`);
};
