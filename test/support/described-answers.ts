import Ajv2020 from "ajv/dist/2020";
import type { ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";

/** The parts of an OpenAPI document that the tests read. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
export interface Operation {
  readonly operationId: string;
  readonly security: readonly object[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: object } } };
  readonly responses: Readonly<Record<string, Described>>;
}
interface Described {
  readonly content?: Readonly<
    Record<string, { readonly schema?: Schema; readonly "x-item-schema"?: Schema }>
  >;
  readonly "x-error-codes"?: readonly string[];
}
interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
}

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: string;
}

/** Says what is wrong with an answer by the document that describes it, or nothing. */
export type CheckAnswer = (path: string, method: string, answer: Answer) => string | undefined;

/** Checks answers against an OpenAPI document: status, content type, error code, headers and every piece of the body. */
export const createAnswerCheck = (document: OpenApi): CheckAnswer => {
  const ajv = addFormats(new Ajv2020({ strict: false }));
  ajv.addSchema({ ...document, $id: "openapi.json" });
  const compiled = new Map<string, ValidateFunction>();
  const problemWith = (schema: Schema, value: unknown): string | undefined => {
    const key = JSON.stringify(schema);
    const validate =
      compiled.get(key) ?? ajv.compile(JSON.parse(key.replaceAll('"#/', '"openapi.json#/')) as object);
    compiled.set(key, validate);
    return validate(value)
      ? undefined
      : `${ajv.errorsText(validate.errors)} in ${JSON.stringify(value).slice(0, 300)}`;
  };

  return (path, method, { status, headers, body }) => {
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (!operation) return notDescribed(document, path, { status, headers });
    const described = operation.responses[status];
    if (!described) return `the status ${status} is not listed`;
    if (!headers.get("x-request-id")) return "it has no x-request-id";
    const code = headers.get("x-error-code");
    if (code !== null && !described["x-error-codes"]?.includes(code))
      return `${code} is not listed under ${status}`;
    if (!described.content) return body === "" ? undefined : "it has a body, and none is listed";
    const type = headers.get("content-type")?.split(";")[0] ?? "none";
    const media = described.content[type] ?? described.content["*/*"];
    if (!media) return `the content type ${type} is not listed under ${status}`;
    const pieces = piecesOf(type, body);
    for (const piece of pieces) {
      const problem = problemWith(media["x-item-schema"] ?? media.schema ?? {}, piece);
      if (problem) return problem;
    }
    return undefined;
  };
};

/** Methods that a path does not list. */
const notDescribed = (
  { paths }: OpenApi,
  path: string,
  { status, headers }: Pick<Answer, "status" | "headers">,
): string | undefined => {
  const listed = Object.keys(paths[path] ?? {}).filter((key) => key !== "parameters");
  const allowed = listed.map((name) => name.toUpperCase());
  const expected = [...allowed, ...(allowed.includes("GET") ? ["HEAD"] : [])].join(", ");
  if (status === 403 && headers.get("x-error-code") === "origin_not_allowed") return undefined;
  if (status !== 405) return `a method that is not listed is answered ${status}`;
  return headers.get("allow") === expected ? undefined : `Allow is ${headers.get("allow")}, not ${expected}`;
};

const piecesOf = (type: string, body: string): readonly unknown[] => {
  if (type === "application/jsonl") return body.split("\n").filter(Boolean).map(parsed);
  if (type === "text/event-stream") {
    return body
      .split("\n\n")
      .filter((event) => event.startsWith("data: ") && event !== "data: [DONE]")
      .map((event) => parsed(event.slice("data: ".length)));
  }
  return [type === "application/json" ? parsed(body) : body];
};

const parsed = (text: string): unknown => JSON.parse(text) as unknown;
