import * as z from "zod";
import { isNcrontab } from "../shared/ncrontab.ts";
import { isUnresolved } from "./is-unresolved.ts";

const whole = (min: number, max: number): z.ZodType<number> =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(min, `must be at least ${min}`).max(max, `must be at most ${max}`));

const share = z
  .string()
  .regex(/^(?:0(?:\.\d+)?|1(?:\.0+)?)$/, "must be a number from 0 to 1")
  .transform(Number);

const url = z.url({ protocol: /^https?$/, error: "must be an address that begins with http:// or https://" });

/** What can stand in a header. A key that was pasted with a line break fails at the first request otherwise. */
const printable = z.string().regex(/^[\x21-\x7e]+$/, "must be printable characters without blanks");

const key = printable.refine(
  (text) => !isUnresolved(text),
  "refers to a vault, and Azure could not resolve that: the portal says why, under Environment variables",
);

const origin = url.refine((text) => {
  const { username, password, pathname, search } = new URL(text);
  return !username && !password && pathname === "/" && !search;
}, "must be an address like http://host:port, without user, password or path");

/** An Azure OpenAI resource, given as the portal shows it or as its OpenAI surface; becomes the latter. */
const azureResource = z.string().transform((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    parsed?.protocol === "https:" || (parsed?.protocol === "http:" && isLoopback(parsed.hostname));
  if (
    parsed &&
    isSafe &&
    !parsed.username &&
    !parsed.search &&
    /^\/(?:openai(?:\/v1)?\/?)?$/.test(parsed.pathname)
  ) {
    return `${parsed.origin}/openai/v1/`;
  }
  context.addIssue("must be the address of an Azure OpenAI resource, like https://NAME.openai.azure.com");
  return z.NEVER;
});

const isLoopback = (host: string): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(host);

/** What a setting lists, separated by commas. */
const listOf = <T>(item: z.ZodType<T, string>): z.ZodType<readonly T[]> =>
  z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item).min(1, "must list something, or be empty"));

/** An origin as browsers name it. Those of apps and extensions are taken as they are written. */
const pageOrigin = z.string().transform((text, context) => {
  if (text === "*") return text;
  const parsed = URL.canParse(text) && !text.includes("*") ? new URL(text) : undefined;
  const isBare = parsed && !parsed.username && !parsed.search && !parsed.hash;
  if (isBare && /^https?:$/.test(parsed.protocol) && parsed.pathname === "/") return parsed.origin;
  if (isBare && /^(?!https?:)[a-z][a-z\d+.-]*:\/\/[^/]+$/i.test(text)) return text.toLowerCase();
  context.addIssue("must list origins like https://www.example.com, without path or wildcard, or be *");
  return z.NEVER;
});

/** US dollars. */
const price = z
  .string()
  .regex(/^\d+(\.\d+)?$/, "must be a number like 0.40")
  .transform(Number);

/** As Azure's portal shows it: `InstrumentationKey=…;IngestionEndpoint=https://…/;…`. */
const connectionString = z
  .string()
  .regex(
    /(^|;)InstrumentationKey=[\da-f-]{36}(;|$)/i,
    "must hold InstrumentationKey=…, as the portal shows it under Application Insights, Overview",
  );

const oneOf = <const T extends readonly [string, ...string[]]>(values: T): z.ZodType<T[number]> =>
  z.enum(values, { error: `must be one of: ${values.join(", ")}` });

const flag = oneOf(["true", "false"]).transform((value) => value === "true");

const schedule = z.string().transform((text, context) => {
  if (/^off$/i.test(text)) return "off";
  if (isNcrontab(text)) return text.trim().split(/\s+/).join(" ");
  context.addIssue('must be an NCRONTAB expression like "0 */30 * * * *", or off');
  return z.NEVER;
});

interface Setting<T> {
  readonly schema: z.ZodType<T>;
  /** As it would be written in the environment. */
  readonly default?: string;
  readonly about: string;
}

const setting = <T>(schema: z.ZodType<T>, about: string, fallback?: string): Setting<T> => ({
  schema,
  about,
  ...(fallback === undefined ? {} : { default: fallback }),
});

/** Every setting. The table of docs/settings.md and local.settings.example.json are made from this. */
export const settings = {
  PORT: setting(whole(0, 65_535), "Where the local host listens; 0 takes any free port.", "7071"),
  KNOWLEDGE_DIR: setting(z.string(), "The folder with your files.", "knowledge"),
  DATA_DIR: setting(
    z.string(),
    "A folder on local disk: the copies that are served and, on one machine, the generations.",
    ".data",
  ),
  SNAPSHOT_DIR: setting(
    z.string().optional(),
    "The folder or mounted share where publishers and instances meet; without it `DATA_DIR`, which is enough on one machine.",
  ),
  SNAPSHOT_URL: setting(
    url.optional(),
    "An Azure Files share over REST instead of `SNAPSHOT_DIR`: `https://<account>.file.core.windows.net/<share>`.",
  ),
  SNAPSHOT_CONNECTION_STRING: setting(
    z.string().optional(),
    "The storage account's connection string for `SNAPSHOT_URL`; without it, Entra ID is used.",
  ),
  KEEP_GENERATIONS: setting(whole(1, 1_000), "How many generations are kept to go back to.", "5"),
  SWAP: setting(
    oneOf(["beside", "frugal"]),
    "`beside` opens a new generation beside the old one; `frugal` closes the old one first and lets requests wait (for small instances).",
    "beside",
  ),
  CHROMA_MODE: setting(
    oneOf(["embedded", "server"]),
    "`embedded` runs an engine as a child process, `server` uses the Chroma server at `CHROMA_URL`.",
    "embedded",
  ),
  CHROMA_URL: setting(origin.optional(), "The address of the Chroma server, with `CHROMA_MODE=server`."),
  EMBEDDINGS: setting(
    oneOf(["local", "openai", "azure"]),
    "What embeds the next ingest: `local` is all-MiniLM-L6-v2 in the app's own process, `openai` and `azure` are the models named below. " +
      "Questions are always embedded by the model that embedded the served generation.",
    "local",
  ),
  EMBEDDING_DIMENSIONS: setting(
    whole(1, 16_000).optional(),
    "Length of the vectors, for models that can shorten them (`text-embedding-3-*`).",
  ),
  RELEVANCE_THRESHOLD: setting(
    share.optional(),
    "A floor for the cosine similarity (0 to 1) of a hit, from the next ingest on, for namespaces without a `threshold`; without it, the score alone decides.",
  ),
  LLM: setting(
    oneOf(["auto", "extractive", "openai", "azure"]),
    "Who words the answers: `openai` (or a server like it), `azure`, or `extractive` (no model: the best sentences and facts of your files); " +
      "`auto` takes the model that is configured, if any.",
    "auto",
  ),
  OPENAI_BASE_URL: setting(
    url.optional(),
    "The address of an OpenAI-compatible server, for example `http://127.0.0.1:11434/v1` for Ollama; without it, OpenAI.",
  ),
  OPENAI_API_KEY: setting(key.optional(), "The key of OpenAI or of that server."),
  OPENAI_MODEL: setting(z.string().optional(), "The model that words the answers."),
  OPENAI_EMBEDDING_MODEL: setting(z.string().optional(), "The model that embeds, with `EMBEDDINGS=openai`."),
  AZURE_OPENAI_ENDPOINT: setting(
    azureResource.optional(),
    "An Azure OpenAI resource: `https://<name>.openai.azure.com`.",
  ),
  AZURE_OPENAI_API_KEY: setting(
    key.optional(),
    "The key of that resource; without it, Entra ID is used (a managed identity, or `az login`).",
  ),
  AZURE_OPENAI_DEPLOYMENT: setting(z.string().optional(), "The deployment that words the answers."),
  AZURE_OPENAI_EMBEDDING_DEPLOYMENT: setting(
    z.string().optional(),
    "The deployment that embeds, with `EMBEDDINGS=azure`; name it like its model (`text-embedding-3-small`), because the name chooses the threshold.",
  ),
  AZURE_CLIENT_ID: setting(
    z.string().optional(),
    "The client id of the user-assigned managed identity to use, if there is one.",
  ),
  FUNCTION_KEY: setting(
    // without it the app still answers visitors: an unresolved one counts as none, in `readFunctionKey`
    printable.optional(),
    "Shows the details of `/api/health` and signs the self-test; on your machine it also protects `/admin`.",
  ),
  API_KEYS: setting(
    listOf(key).optional(),
    "Keys, separated by commas; a caller must send one as `Authorization: Bearer <key>`. Without it, everybody may ask.",
  ),
  ALLOWED_ORIGINS: setting(
    listOf(pageOrigin).optional(),
    "Other sites whose pages may ask, separated by commas (`https://www.example.com`), or `*` for all; without it, only the app's own pages.",
  ),
  REFRESH_SECONDS: setting(
    whole(1, 86_400),
    "Min seconds between two looks for a newly published generation.",
    "30",
  ),
  REQUEST_TIMEOUT_SECONDS: setting(whole(1, 220), "Max seconds for a whole answer.", "60"),
  CONTEXT_TOKENS: setting(whole(100, 100_000), "Max tokens of your files in a prompt.", "2000"),
  HISTORY_TOKENS: setting(whole(0, 100_000), "Max tokens of the earlier conversation in a prompt.", "1000"),
  ANSWER_TOKENS: setting(whole(16, 100_000), "Max tokens of a model's answer.", "800"),
  PROMPT_TOKEN_PRICE: setting(
    price.optional(),
    "US dollars per million prompt tokens; with it, telemetry has an estimate of the cost.",
  ),
  COMPLETION_TOKEN_PRICE: setting(price.optional(), "US dollars per million answer tokens."),
  APPLICATIONINSIGHTS_CONNECTION_STRING: setting(
    connectionString.optional(),
    "Sends telemetry to this Application Insights; without it, readable lines are printed.",
  ),
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: setting(
    z.string().optional(),
    "`Authorization=AAD` sends telemetry with Entra ID, `ClientId=…;Authorization=AAD` with one identity of several.",
  ),
  SELF_TEST_SCHEDULE: setting(
    schedule,
    "When the self-test runs: an NCRONTAB expression in UTC, or `off`.",
    "0 */30 * * * *",
  ),
  SELF_TEST_URL: setting(
    origin.optional(),
    "The address that the self-test asks; without it, the app's own.",
  ),
  SELF_TEST_LLM: setting(flag, "`true` lets the model word the answers to the self-test too.", "false"),
  LOG_CONTENT: setting(flag, "`true` also logs what visitors ask and what was found for it.", "false"),
  LOG_FORMAT: setting(
    oneOf(["text", "json", "none"]).optional(),
    "`text` prints messages, `json` lines of JSON with all attributes, `none` nothing; unset, it is `text`, or `none` if telemetry goes to Application Insights.",
  ),
} as const;

export type SettingName = keyof typeof settings;
