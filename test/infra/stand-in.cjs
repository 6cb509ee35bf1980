/*
 * Stands in for a program on the PATH: writes down how it was called, and answers as the plan says.
 * It reads its standard input to the end: whoever leaves it open to a person would hang here.
 */
const { appendFileSync, existsSync, readFileSync } = require("node:fs");
const path = require("node:path");

const [program, ...given] = process.argv.slice(2);
const folder = process.env.STAND_IN_FOLDER;
const record = path.join(folder, "calls.jsonl");
const earlier = existsSync(record)
  ? readFileSync(record, "utf8")
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  : [];
const input = readFileSync(0, "utf8");
const line = `${program} ${given.join(" ")}`;
const plan = JSON.parse(readFileSync(path.join(folder, "plan.json"), "utf8"));
const answer = plan.findIndex(
  ({ when, times = Infinity }, index) =>
    new RegExp(when).test(line) && earlier.filter((call) => call.answer === index).length < times,
);
const file = given[given.indexOf("--file") + 1];
const secret = given.includes("--file") ? readFileSync(file, "utf8") : undefined;
appendFileSync(record, `${JSON.stringify({ line, answer, input, secret, env: process.env })}\n`);
const {
  out = "",
  err = "",
  code = 0,
} = plan[answer] ?? { err: `nothing is planned for: ${line}\n`, code: 99 };
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;
