/*
 * The first of `npm run doctor`'s checks, which runs before anything is built: plain JavaScript, for
 * whatever Node a machine has, and without any package. It prints what is wrong alone, on standard error:
 * standard output is the report's, which may be JSON.
 */
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..", "..", "..");
const readJson = (file) => JSON.parse(readFileSync(path.join(root, file), "utf8"));

/** Of "engines" in package.json, which reads ">=20". */
const oldestNode = Number(/\d+/.exec(readJson("package.json").engines.node)[0]);

/** One line in the form of all the others (print-findings.ts). */
const printWrong = (what, found, remedy) => {
  process.stderr.write(`WRONG  ${what.padEnd(16)} ${found}\n${" ".repeat(24)}-> ${remedy}\n`);
  return false;
};

const checkNode = () =>
  Number(process.versions.node.split(".")[0]) >= oldestNode ||
  printWrong(
    "Node",
    `${process.version} is too old to install what the app needs.`,
    `Install Node ${oldestNode} or later; npm ci then brings the Node 22 that the app runs on.`,
  );

/** What npm leaves out here on purpose: parts for other machines. */
const isForHere = ({ os, cpu, libc }) =>
  [
    [os, process.platform],
    [cpu, process.arch],
    [libc, process.platform === "linux" ? "glibc" : undefined],
  ].every(([wanted, here]) => !wanted || !here || wanted.includes(here));

/** npm skips an optional package that it cannot fetch; without the Node among them, no command runs on an older Node. */
const isNeeded = ({ optional, link, bin }) => !link && (!optional || bin?.node !== undefined);

const checkInstalled = () => {
  const { packages } = readJson("package-lock.json");
  const wanted = Object.entries(packages).filter(
    ([folder, entry]) => folder.startsWith("node_modules/") && isNeeded(entry) && isForHere(entry),
  );
  const off = wanted.flatMap(([folder, { version }]) => {
    const file = path.join(folder, "package.json");
    const found = existsSync(path.join(root, file)) ? readJson(file).version : "missing";
    return found === version ? [] : [`${folder.replace(/^.*node_modules\//, "")} ${version} (${found})`];
  });
  if (off.length === 0) return true;
  const more = off.length > 5 ? `, and ${off.length - 5} more` : "";
  const names = `${off.slice(0, 5).join(", ")}${more}`;
  return printWrong("npm install", `It is not complete: ${names}.`, "Run npm ci in this folder.");
};

if (!checkNode() || !checkInstalled()) process.exitCode = 1;
