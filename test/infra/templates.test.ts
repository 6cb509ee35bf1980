import { beforeAll, expect, test } from "@jest/globals";
import type { Parser } from "web-tree-sitter";
import { checkTemplates, createParser, readFiles } from "./bicep/check-templates.ts";

const files = readFiles();
let parser: Parser;

beforeAll(async () => {
  parser = await createParser();
});

test("the templates are right, as far as that can be seen without Azure", () => {
  expect(checkTemplates(parser, files)).toEqual([]);
});

interface Break {
  readonly what: string;
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
  /** Every line that the check has to print, without its place. */
  readonly says: readonly string[];
}

const breaks: readonly Break[] = [
  {
    what: "a line is no Bicep",
    file: "modules/identity.bicep",
    from: "name: name",
    to: "name = name",
    says: ["is no Bicep that can be read here", "identity has no name", "name is not used"],
  },
  {
    what: "a name is mistyped",
    file: "modules/alerts.bicep",
    from: "scopes: [componentId]",
    to: "scopes: [componentID]",
    says: ["componentID is not declared", "componentId is not used"],
  },
  {
    what: "a function is mistyped",
    file: "modules/query-pack.bicep",
    from: "guid(name, query.key)",
    to: "uuid(name, query.key)",
    says: ["uuid() is no function that is known here"],
  },
  {
    what: "an API version does not exist",
    file: "modules/app.bicep",
    from: "Microsoft.Web/serverfarms@2025-03-01",
    to: "Microsoft.Web/serverfarms@2025-03-31",
    says: [
      "Microsoft.Web/serverfarms@2025-03-31 is not in the type data (test/fixtures/bicep-types.json; npm run bicep:types)",
    ],
  },
  {
    what: "a resource type does not exist",
    file: "modules/key-vault.bicep",
    from: "resource shareKey 'secrets'",
    to: "resource shareKey 'secret'",
    says: [
      "Microsoft.KeyVault/vaults/secret@2025-05-01 is not in the type data (test/fixtures/bicep-types.json; npm run bicep:types)",
      "a key goes from where it is made into the vault, and nowhere else",
    ],
  },
  {
    what: "a required property is missing, deep inside",
    file: "modules/model.bicep",
    from: "{ name: deploymentSku, capacity",
    to: "{ capacity",
    says: ["chatDeployment.sku has no name"],
  },
  {
    what: "a required property is missing",
    file: "modules/key-vault.bicep",
    from: "tenantId: tenant().tenantId",
    to: "",
    says: ["vault.properties has no tenantId"],
  },
  {
    what: "a property does not exist",
    file: "modules/monitoring.bicep",
    from: "retentionInDays: retentionDays",
    to: "retentionDays: retentionDays",
    says: ["workspace.properties.retentionDays does not exist"],
  },
  {
    what: "a property of something in a list does not exist",
    file: "modules/alerts.bicep",
    from: "numberOfEvaluationPeriods: 1",
    to: "evaluationPeriods: 1",
    says: ["alerts.properties.criteria.allOf[0].failingPeriods.evaluationPeriods does not exist"],
  },
  {
    what: "a property can only be read",
    file: "modules/data-storage.bicep",
    from: "minimumTlsVersion: 'TLS1_2'",
    to: "minimumTlsVersion: 'TLS1_2'\n    creationTime: 'now'",
    says: ["account.properties.creationTime can only be read"],
  },
  {
    what: "a value is none of those that there are",
    file: "modules/key-vault.bicep",
    from: "name: 'standard'",
    to: "name: 'basic'",
    says: ["vault.properties.sku.name is 'basic' and should be 'standard' or 'premium'"],
  },
  {
    what: "a value is of the wrong kind",
    file: "modules/app.bicep",
    from: "properties: { reserved: true }",
    to: "properties: { reserved: 'true' }",
    says: ["plan.properties.reserved is 'true' and should be truth"],
  },
  {
    what: "a parameter is of the wrong kind",
    file: "modules/app.bicep",
    from: "param maximumInstanceCount int",
    to: "param maximumInstanceCount string",
    says: [
      "app.properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount is string and should be number",
      "maximumInstanceCount of modules/app.bicep is string, and is given number",
    ],
  },
  {
    what: "one kind of configuration is given the properties of another",
    file: "modules/app.bicep",
    from: "name: 'azurestorageaccounts'",
    to: "name: 'logs'",
    says: ["mounts.properties.knowledge does not exist"],
  },
  {
    what: "a module is not given what it needs",
    file: "main.bicep",
    from: "    shareKeyReference: vault.outputs.shareKeyReference\n",
    to: "",
    says: [
      "app is not given shareKeyReference, which modules/app.bicep needs",
      "the setting SHARE_KEY is a secret, and no reference to the vault",
    ],
  },
  {
    what: "a module is given what it does not know",
    file: "main.bicep",
    from: "planName: names.plan",
    to: "planName: names.plan\n    region: location",
    says: ["modules/app.bicep has no parameter region"],
  },
  {
    what: "a module has no such output",
    file: "main.bicep",
    from: "identity.outputs.clientId",
    to: "identity.outputs.applicationId",
    says: ["modules/identity.bicep has no output applicationId"],
  },
  {
    what: "a module does not exist",
    file: "modules/operations.bicep",
    from: "'workbook.bicep'",
    to: "'dashboard.bicep'",
    says: ["dashboard.bicep does not exist", "is used by no other template"],
  },
  {
    what: "the parameter file names what there is not",
    file: "main.bicepparam",
    from: "param alertEmail =",
    to: "param alertMail =",
    says: ["main.bicep has no parameter alertMail"],
  },
  {
    what: "the parameter file would never ask for what is not set",
    file: "main.bicepparam",
    from: "readEnvironmentVariable('AZURE_LOCATION', '')",
    to: "readEnvironmentVariable('AZURE_LOCATION')",
    says: ["readEnvironmentVariable() without a default fails where the variable is not set"],
  },
  {
    what: "a setting is mistyped",
    file: "modules/app.bicep",
    from: "SNAPSHOT_DIR: mountPath",
    to: "SNAPSHOTS_DIR: mountPath",
    says: [
      "the setting SNAPSHOTS_DIR is none of src/config/settings.ts, nor of the platform",
      "the setting SNAPSHOT_DIR is missing",
    ],
  },
  {
    what: "a setting has a value that the app refuses",
    file: "modules/app.bicep",
    from: "'frugal' : 'beside'",
    to: "'frugal' : 'side by side'",
    says: ["the setting SWAP 'side by side' must be one of: beside, frugal"],
  },
  {
    what: "an output has a secret",
    file: "modules/data-storage.bicep",
    from: "output name string = account.name",
    to: "output name string = account.name\noutput key string = account.listKeys().keys[0].value",
    says: ["the output key reveals a secret"],
  },
  {
    what: "a parameter has a secret as its default",
    file: "modules/app.bicep",
    from: "param requireApiKeys bool",
    to: "@secure()\nparam functionKey string = 'let me in'\nparam requireApiKeys bool",
    says: ["functionKey is not used", "the default of functionKey is a secret in the template"],
  },
  {
    what: "a setting is a secret in plain text",
    file: "modules/app.bicep",
    from: /FUNCTION_KEY: '.*'/,
    to: "FUNCTION_KEY: 'let-me-in'",
    says: ["the setting FUNCTION_KEY is a secret, and no reference to the vault"],
  },
  {
    what: "a key goes into a setting",
    file: "modules/app.bicep",
    from: "SHARE_KEY: shareKeyReference",
    to: "SHARE_KEY: hostStorage.listKeys().keys[0].value",
    says: [
      "shareKeyReference is not used",
      "a key goes from where it is made into the vault, and nowhere else",
      "the setting SHARE_KEY is a secret, and no reference to the vault",
    ],
  },
  {
    what: "the reference, three files away, is a key itself",
    file: "modules/key-vault.bicep",
    from: /(output shareKeyReference string =) .*/,
    to: "$1 dataAccountName",
    says: ["the setting SHARE_KEY is a secret, and no reference to the vault"],
  },
  {
    what: "the mount takes its key from a setting that is not there",
    file: "modules/app.bicep",
    from: "@AppSettingRef(SHARE_KEY)",
    to: "@AppSettingRef(MOUNT_KEY)",
    says: ["the mount's key is not taken from a setting that is there"],
  },
  {
    what: "the host's storage lets keys in",
    file: "modules/host-storage.bicep",
    from: "allowSharedKeyAccess: false",
    to: "allowSharedKeyAccess: true",
    says: ["account lets account keys in"],
  },
  {
    what: "a role is wider than any that may be given",
    file: "modules/roles.bicep",
    from: "'4633458b-17de-408a-b874-0445c86b69e6'",
    to: "'00482a5a-887f-4fb3-b363-3b7fe8e74483'",
    says: ["Key Vault Secrets User is no role that may be given, or its id is another role's"],
  },
  {
    what: "a role holds for all that there is",
    file: "modules/roles.bicep",
    from: "scope: component\n",
    to: "\n",
    says: ["appOnTelemetry has no scope: it would hold for the whole resource group"],
  },
  {
    what: "a role is assigned that docs/deploy.md does not list",
    file: "modules/roles.bicep",
    from: /(resource appOnSecrets[\s\S]*?)'Key Vault Secrets User'([\s\S]*?)'Key Vault Secrets User'/,
    to: "$1'Key Vault Secrets Officer'$2'Key Vault Secrets Officer'",
    says: [
      "docs/deploy.md lacks the role the app: Key Vault Secrets Officer",
      "docs/deploy.md has the role the app: Key Vault Secrets User, which is not assigned",
    ],
  },
  {
    what: "an alert's query is not loaded",
    file: "modules/operations.bicep",
    from: /.*loadTextContent\('\.\.\/queries\/alert-answers-failing\.kql'\)\n/,
    to: "",
    says: [
      "queries/alert-answers-failing.kql is not loaded",
      "the alert answers-failing has no query alert-answers-failing",
    ],
  },
  {
    what: "a plot's query is not loaded",
    file: "modules/operations.bicep",
    from: /.*loadTextContent\('\.\.\/queries\/slow-steps\.kql'\)\n/,
    to: "",
    says: ["queries/slow-steps.kql is not loaded", "there is no query slow-steps"],
  },
];

const withoutPlace = (line: string): string => line.replace(/^[^:]+:\d+: /, "");

test.each(breaks)("the check names it when $what", ({ file, from, to, says }) => {
  const text = files.get(file) ?? "";
  const broken = text.replace(from, to);
  expect(broken).not.toBe(text);
  const found = checkTemplates(parser, new Map([...files, [file, broken]]));
  expect(found.map(withoutPlace).sort()).toEqual([...says].sort());
});
