import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { dist } from "../support/dist.ts";
import { repository } from "../support/repository.ts";
import { runBuilt } from "../support/run-eval.ts";
import type { Outcome } from "../support/run-eval.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const dataFolder = join(folder, "data");

const run = (words: string): Promise<Outcome> => {
  const [command = "", ...args] = words.split(" ");
  return runBuilt(command, args, dataFolder);
};

/** Each command with its options; `eval` and `ask` also need a word. */
const commands: Readonly<Record<string, readonly string[]>> = {
  start: [],
  ingest: ["--dry-run", "--yes", "--force"],
  generations: ["--json"],
  rollback: [],
  eval: ["--all", "--min-recall", "--json"],
  ask: ["--json"],
  doctor: ["--azure", "--json"],
  settings: [],
  bench: ["--sizes", "--questions", "--json"],
  "bench start": [],
  package: ["--out", "--fetch"],
  "package proof": ["--zip", "--sizes", "--quick"],
};

/** How a command is called. */
const calledAs = (command: string): string => {
  const [script = "", ...words] = command.split(" ");
  return [script === "start" ? "npm start" : `npm run ${script}`, ...words].join(
    words.length > 0 ? " -- " : "",
  );
};

test("the table has every command that package.json runs from dist", () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    scripts: Readonly<Record<string, string>>;
  };
  const built = Object.entries(scripts).flatMap(([name, script]) =>
    /dist\/[a-z-]+\.cjs$/.test(script) ? [name] : [],
  );
  expect(built.toSorted()).toEqual(
    Object.keys(commands)
      .filter((name) => !name.includes(" "))
      .toSorted(),
  );
});

describe.each(Object.entries(commands))("%s", (command, options) => {
  test("explains its arguments and options, with an example", async () => {
    const { code, stdout, stderr } = await run(`${command} --help`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(calledAs(command));
    expect(stdout).toMatch(/\nEXAMPLE\n\n {2}\S.*npm (?:run|start)|\nEXAMPLE\n\n {2}npm /);
    for (const option of [...options, "--help"])
      expect(stdout).toMatch(new RegExp(`^ *${option}(?:=\\S+)? {4}[A-Z]`, "m"));
    // without colours, which a pipe does not show
    expect(stdout).not.toContain("\u001b[");
  });

  test("refuses an option that it does not have, and names those that it has", async () => {
    const { code, stdout, stderr } = await run(`${command} --colour`);
    const known = options.length > 0 ? `Options: ${options.join(", ")}.` : "It takes no options.";
    const [sentence, hint = "", ...rest] = stderr.split("\n");
    expect({ code, stdout, sentence, rest }).toEqual({
      code: 1,
      stdout: "",
      sentence: "There is no option --colour.",
      rest: [""],
    });
    expect(hint).toMatch(new RegExp(`^${known.replaceAll(".", String.raw`\.`)} More: .* --help$`));
  });
});

test.each([
  ["ingest --yess", /^There is no option --yess: did you mean --yes\?\n/],
  ["ingest --no-yes", /^There is no option --no-yes/],
  ["ingest --yes=no", /^--yes takes no value\.\n/],
  ["ingest -y", /^There is no option -y\.\n/],
  ["eval", /^A file is needed, or --all\.\n/],
  ["eval a.json b.json", /^Only one file can be given, not "a\.json" and "b\.json"\.\n/],
  ["eval a.json --min-recall", /^--min-recall needs a value\.\n/],
  ["ask why not", /^Only one question can be given, not "why" and "not"\.\n/],
  ["rollback one two", /^Only one generation can be given/],
  ["generations all", /^Only options can be given, not "all"\.\n/],
  ["bench strat", /^There is no command "strat"\. Did you mean start\?\n/],
  ["package --out --fetch", /^--out needs a value\.\n/],
])("%s is refused in words", async (words, message) => {
  const { code, stdout, stderr } = await run(words);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/^ +at /m);
});

test("without anything served, ask says what to do", async () => {
  const { code, stdout, stderr } = await run("ask Who?");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^[^\n]*run npm run ingest[^\n]*\n$/);
});

describe("with the demo served", () => {
  beforeAll(async () => {
    expect(await run(`ingest ${join(repository, "knowledge")}`)).toMatchObject({ code: 0 });
  });

  test("ask answers, and says what became of all that was found", async () => {
    const asked = await runBuilt("ask", ["When was Ada Lovelace born?"], dataFolder);
    expect(asked).toMatchObject({ code: 0, stderr: "" });
    expect(asked.stdout).toMatch(/10 December 1815/);
    expect(asked.stdout).toMatch(/^Answer: extractive\. Generation 000001-\w+\.$/m);
    expect(asked.stdout).toMatch(/^\[1\] +1\.\d{3} +personal +kept, and cited +personal\/\S+/m);
    expect(asked.stdout).toMatch(/^ +0\.\d{3} +style +shapes the voice, is never quoted +style\/voice\.md/m);
  });

  test("ask gives one JSON document, with why nothing was good enough", async () => {
    const question = "How long do I have to boil potatoes?";
    const { code, stdout, stderr } = await runBuilt("ask", [question, "--json"], dataFolder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const answer = JSON.parse(stdout) as { hits: readonly { used: string }[] };
    expect(answer).toMatchObject({ mode: "refused", degraded: false });
    expect(answer.hits).toContainEqual(
      expect.objectContaining({
        namespace: "personal",
        used: "refused",
        why: "dropped: nothing that was found answers the question",
      }),
    );
    expect(answer.hits.filter(({ used }) => used === "in_context" || used === "cited")).toEqual([]);
    // a style's text never leaves the app
    expect(answer.hits.some((hit) => "text" in hit)).toBe(false);
  });

  test("ask says what found no room in the context", async () => {
    const { stdout } = await runBuilt("ask", ["Who was Ada Lovelace?", "--json"], dataFolder, {
      CONTEXT_TOKENS: "200",
    });
    const { hits } = JSON.parse(stdout) as { hits: readonly { used: string }[] };
    expect(hits).toContainEqual(expect.objectContaining({ used: "over_budget" }));
  });

  test("generations and doctor give one JSON document each", async () => {
    const generations = await run("generations --json");
    expect(generations).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(generations.stdout)).toEqual({
      generations: [
        {
          generation: expect.stringMatching(/^000001-/),
          current: true,
          created: expect.any(String),
          passages: expect.any(Number),
          bytes: expect.any(Number),
        },
      ],
    });
    const doctor = await run("doctor --json");
    const { findings } = JSON.parse(doctor.stdout) as {
      findings: readonly { mark: string; what: string }[];
    };
    expect(doctor.code).toBe(findings.some(({ mark }) => mark === "wrong") ? 1 : 0);
    expect(findings).toContainEqual(expect.objectContaining({ mark: "ok", what: "answers" }));
  });

  test.each([
    "doctor",
    "generations",
    "ask Who?",
    "ingest --dry-run --force",
    "eval test/fixtures/ada-questions.json",
    "bench --help",
    "start",
  ])("%s ends quietly when its reader has gone", async (words) => {
    const [command = "", ...args] = words.split(" ");
    const script = `"$0" "$@" 2>"$ERR" | true; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((settle) => {
      const env = { PATH: process.env["PATH"], HOME: process.env["HOME"], DATA_DIR: dataFolder, PORT: "0" };
      execFile(
        "bash",
        [
          "-c",
          script.replace("$ERR", join(folder, "errors")),
          process.execPath,
          join(dist, `${command}.cjs`),
          ...args,
        ],
        { env },
        (_, out, err) => settle({ stdout: out, stderr: err }),
      );
    });
    expect([words, stdout.trim(), stderr, readFileSync(join(folder, "errors"), "utf8")]).toEqual([
      words,
      expect.stringMatching(/^[01]$/),
      "",
      "",
    ]);
  });
});

test("the first check of doctor prints nothing where nothing is wrong", async () => {
  const check = join(repository, "src", "cli", "doctor", "check-install.cjs");
  const printed = await new Promise((settle) => {
    execFile(process.execPath, [check], (error, stdout, stderr) => settle([error, stdout, stderr]));
  });
  expect(printed).toEqual([null, "", ""]);
});
