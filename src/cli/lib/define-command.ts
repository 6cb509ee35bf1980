import { parseArgs as tokenize, stripVTControlCharacters } from "node:util";
import { parseArgs, renderUsage } from "citty";
import type { ArgsDef, ParsedArgs } from "citty";
import leven from "leven";
import { AppError, messageOf } from "../../shared/app-error.ts";

interface Declaration<Args extends ArgsDef> {
  /** As it is typed: `npm run ingest`. */
  readonly name: string;
  readonly description: string;
  readonly example: string;
  readonly args: Args;
  /** Gives the exit code. */
  readonly run: (args: ParsedArgs<Args>) => Promise<number>;
  /** Commands of their own, called by the first word: `npm run bench -- start`. */
  readonly subcommands?: Readonly<Record<string, Command>>;
}

export interface Command {
  readonly description: string;
  /** Reads the words, then runs, or prints the help. Fails with `bad_request` for words that are not declared. */
  readonly runWith: (words: readonly string[]) => Promise<number>;
}

/** Declares a command: its arguments, its help, and what it does with them. */
export const defineCommand = <const Args extends ArgsDef>(declaration: Declaration<Args>): Command => {
  const { description, args, run, subcommands = {} } = declaration;
  return {
    description,
    runWith: async (words) => {
      const [first = "", ...rest] = words;
      const subcommand = Object.hasOwn(subcommands, first) ? subcommands[first] : undefined;
      if (subcommand) return subcommand.runWith(rest);
      if (words.some((word) => word === "--help" || word === "-h")) {
        process.stdout.write(await helpOf(declaration));
        return 0;
      }
      return run(readWords(words, args, declaration));
    },
  };
};

const readWords = <Args extends ArgsDef>(
  words: readonly string[],
  args: Args,
  { name, subcommands }: Declaration<Args>,
): ParsedArgs<Args> => {
  try {
    const problem = problemOf(words, args, Object.keys(subcommands ?? {}));
    if (problem !== undefined) throw new Error(problem);
    return parseArgs<Args>([...words], args);
  } catch (error) {
    const options = optionsOf(args).map(([option]) => `--${option}`);
    const known = options.length > 0 ? `Options: ${options.join(", ")}.` : "It takes no options.";
    throw new AppError("bad_request", `${messageOf(error)}\n${known} More: ${withWords(name)} --help`, {
      cause: error,
    });
  }
};

/** What citty would pass over: it takes unknown options, and any number of words. */
const problemOf = (
  words: readonly string[],
  args: ArgsDef,
  subcommands: readonly string[],
): string | undefined => {
  const declared = optionsOf(args);
  const { tokens, positionals } = tokenize({
    args: [...words],
    options: Object.fromEntries(
      declared.map(([name, { type }]) => [name, { type: type === "boolean" ? "boolean" : "string" }]),
    ),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    const option = declared.find(([known]) => known === name)?.[1];
    if (!option || !rawName.startsWith("--")) {
      const near = nearest(
        name,
        declared.map(([known]) => known),
      );
      return `There is no option ${rawName}${near === undefined ? "." : `: did you mean --${near}?`}`;
    }
    if (option.type === "boolean" && inlineValue === true) return `${rawName} takes no value.`;
    if (option.type !== "boolean" && (!value || (!inlineValue && value.startsWith("-"))))
      return `${rawName} needs a value.`;
  }
  const places = Object.keys(args).filter((name) => args[name]?.type === "positional");
  const [missing] = places.filter((name, place) => args[name]?.required && !positionals[place]);
  if (missing !== undefined) return `A ${missing} is needed.`;
  if (positionals.length <= places.length) return undefined;
  const given = positionals.map((word) => `"${word}"`).join(" and ");
  if (places.length > 0) return `Only one ${places.join(" and one ")} can be given, not ${given}.`;
  const near = nearest(positionals[0] ?? "", subcommands);
  const instead = near === undefined ? "Only options can be given" : `Did you mean ${near}?`;
  return near === undefined ? `${instead}, not ${given}.` : `There is no command ${given}. ${instead}`;
};

const optionsOf = (args: ArgsDef): [string, ArgsDef[string]][] =>
  Object.entries(args).filter(([, { type }]) => type !== "positional");

const maxTypos = 2;

const nearest = (word: string, known: readonly string[]): string | undefined =>
  known
    .filter((one) => leven(word, one) <= Math.min(maxTypos, one.length - 2))
    .toSorted((a, b) => leven(word, a) - leven(word, b))[0];

const helpOf = async <Args extends ArgsDef>({
  name,
  description,
  example,
  args,
  subcommands = {},
}: Declaration<Args>): Promise<string> => {
  const usage = await renderUsage({
    meta: { name: withWords(name), description },
    args: { ...args, help: { type: "boolean", description: "Prints this." } },
  });
  const commands = Object.entries(subcommands).map(([word, one]) => `  ${word}  ${one.description}\n`);
  const also = commands.length > 0 ? `COMMANDS\n\n${commands.join("")}\n` : "";
  const text = `${usage}\n${also}EXAMPLE\n\n  ${example}\n`.replace(
    // citty names the command beside its description too
    ` (${withWords(name)})`,
    "",
  );
  // citty colours its text wherever it goes, and fills columns up
  if (process.stdout.isTTY && process.stdout.hasColors()) return text;
  return stripVTControlCharacters(text).replaceAll(/ +$/gm, "");
};

/** npm hands on what comes after the two dashes. */
const withWords = (name: string): string => (name.includes(" -- ") ? name : `${name} --`);
