import { readFunctionKey } from "../config/read-function-key.ts";
import { applyLocalSettings } from "../local-host/settings.ts";
import { AppError, messageOf } from "../shared/app-error.ts";
import { appRoot } from "../shared/app-root.ts";
import { deployedChecks } from "./doctor/check-deployed.ts";
import type { Deployed } from "./doctor/check-deployed.ts";
import { machineChecks } from "./doctor/check-machine.ts";
import { describeFacts } from "./doctor/describe-facts.ts";
import { printFinding, summaryOf } from "./doctor/print-findings.ts";
import { runChecks } from "./doctor/run-checks.ts";
import { defineCommand } from "./lib/define-command.ts";
import { runCommand } from "./lib/run-command.ts";

/** `npm run doctor`: says what is wrong on this machine, or with a deployed app, and how to fix it. */
const doctor = defineCommand({
  name: "npm run doctor",
  description: "Says what is wrong on this machine, or with a deployed app, and how to fix it.",
  example: "npm run doctor -- --azure https://my-app.azurewebsites.net",
  args: {
    azure: {
      type: "string",
      valueHint: "address",
      description: "Looks at the deployed app with this address instead; FUNCTION_KEY shows more of it.",
    },
    json: { type: "boolean", description: "Prints the same as JSON." },
  },
  run: async ({ azure, json }) => {
    const deployed = azure === undefined ? undefined : await checksOf(azure);
    const checks = deployed?.checks ?? machineChecks();
    const findings = await runChecks(checks, json ? () => undefined : printFinding);
    const facts = deployed?.facts();
    if (json) process.stdout.write(`${JSON.stringify({ findings, facts }, undefined, 2)}\n`);
    else {
      process.stdout.write(`\n${summaryOf(findings)}\n`);
      if (facts) process.stdout.write(`\n${describeFacts(facts)}\n`);
    }
    return findings.some(({ mark }) => mark === "wrong") ? 1 : 0;
  },
});

const checksOf = async (address: string): Promise<Deployed> => {
  await applyLocalSettings(appRoot());
  const [apiKey] = (process.env["API_KEYS"] ?? "").split(",").map((key) => key.trim());
  try {
    return deployedChecks(address, { functionKey: readFunctionKey(), apiKey });
  } catch (error) {
    throw new AppError("bad_request", messageOf(error), { cause: error });
  }
};

void runCommand(doctor);
