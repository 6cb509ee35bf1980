import { parseArgs } from "node:util";
import { readFunctionKey } from "../config/read-function-key.ts";
import { readLocalSettings } from "../local-host/settings.ts";
import { messageOf } from "../shared/app-error.ts";
import { appRoot } from "../shared/app-root.ts";
import { deployedChecks } from "./doctor/check-deployed.ts";
import { machineChecks } from "./doctor/check-machine.ts";
import { describeFacts } from "./doctor/describe-facts.ts";
import { runChecks } from "./doctor/print-findings.ts";

/** `npm run doctor`: says what is wrong on this machine, or with a deployed app, and how to fix it. */
const doctor = async (): Promise<number> => {
  const { azure } = readArguments();
  if (azure === undefined) return runChecks(machineChecks());
  const local = await readLocalSettings(appRoot());
  for (const [name, value] of Object.entries(local)) process.env[name] ||= value;
  const [apiKey] = (process.env["API_KEYS"] ?? "").split(",").map((key) => key.trim());
  const { checks, facts } = deployedChecks(azure, { functionKey: readFunctionKey(), apiKey });
  const code = await runChecks(checks);
  const learnt = facts();
  if (learnt) process.stdout.write(`\n${describeFacts(learnt)}\n`);
  return code;
};

const readArguments = (): { readonly azure?: string | undefined } => {
  try {
    return parseArgs({ options: { azure: { type: "string" } } }).values;
  } catch (error) {
    const usage = "Usage: npm run doctor [-- --azure https://<app>.azurewebsites.net]";
    throw new Error(`${messageOf(error)}. ${usage}`, { cause: error });
  }
};

const main = async (): Promise<void> => {
  try {
    process.exitCode = await doctor();
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 1;
  }
};

void main();
