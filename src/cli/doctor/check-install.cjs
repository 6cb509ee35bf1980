/*
 * The first of `npm run doctor`'s checks, which runs before anything is built: plain JavaScript, for
 * whatever Node a machine has, and without any package.
 */
const { existsSync, readFileSync } = require("node:fs");
const path = require("node:path");

const oldestNode = 20;
const root = path.join(__dirname, "..", "..", "..");

/** One line in the form of all the others (print-findings.ts). */
const print = (mark, what, found, remedy) => {
  process.stdout.write(`${mark.padEnd(6)} ${what.padEnd(16)} ${found}\n`);
  if (remedy) process.stdout.write(`${" ".repeat(24)}-> ${remedy}\n`);
  return mark !== "WRONG";
};

const checkNode = () =>
  Number(process.versions.node.split(".")[0]) >= oldestNode ||
  print(
    "WRONG",
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

const checkInstalled = () => {
  const { packages } = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8"));
  const wanted = Object.entries(packages).filter(
    ([folder, entry]) =>
      folder.startsWith("node_modules/") && !entry.optional && !entry.link && isForHere(entry),
  );
  const off = wanted.flatMap(([folder, { version }]) => {
    const file = path.join(root, folder, "package.json");
    const found = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : "missing";
    return found === version ? [] : [`${folder.replace(/^.*node_modules\//, "")} ${version} (${found})`];
  });
  if (off.length === 0) {
    return print("ok", "npm install", `${wanted.length} packages are as package-lock.json names them`);
  }
  const more = off.length > 5 ? `, and ${off.length - 5} more` : "";
  const names = `${off.slice(0, 5).join(", ")}${more}`;
  return print("WRONG", "npm install", `It is not complete: ${names}.`, "Run npm ci in this folder.");
};

if (!checkNode() || !checkInstalled()) process.exitCode = 1;
