import { join, resolve } from "node:path";
import { defineCommand } from "../../src/cli/lib/define-command.ts";
import { readLocalConfig } from "../../src/cli/lib/read-local-config.ts";
import { runCommand } from "../../src/cli/lib/run-command.ts";
import { makePackage } from "./make-package.ts";
import { packageProof } from "./package-proof.ts";

/** `npm run package`: makes the folder and the zip that are deployed to Azure Functions. */
const packageCommand = defineCommand({
  name: "npm run package",
  description: "Makes the folder and the zip that are deployed to Azure Functions.",
  example: "npm run package -- --out my-package",
  args: {
    out: { type: "string", valueHint: "folder", description: "Another folder than dist/package." },
    fetch: {
      type: "boolean",
      description: "Fetches every part for Linux with npm, also what this machine has.",
    },
  },
  subcommands: { proof: packageProof },
  run: async ({ out, fetch }) => {
    const config = await readLocalConfig();
    const folder = out === undefined ? join(config.appRoot, "dist", "package") : resolve(out);
    return makePackage({ ...config, folder, fetchAll: fetch ?? false });
  },
});

void runCommand(packageCommand);
