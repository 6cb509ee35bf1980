import * as z from "zod";
import type { PublicErrorCode } from "../chat/public-error.ts";
import { bodyErrors, commonErrors, keyErrors, errorStatus, plainErrorForm } from "./errors.ts";
import type { ErrorForm } from "./errors.ts";
import type { RouteDescription, AnswerDescription, OperationDescription } from "./route.ts";

const appDescription = [
  "Answers visitors' questions from the owner's own files, with sources.",
  "A HEAD is answered as a GET without its body, an OPTIONS as browsers need it, and any method that a path " +
    "does not list with 405 (method_not_allowed) and an Allow header, in the path's own form of errors.",
  "Requests of browsers are taken from the app's own pages and from the origins that the owner allowed.",
].join("\n\n");

/** Describes routes as OpenAPI 3.1, by the same schemas that check what they take. */
export const openApiDocument = (
  routes: readonly RouteDescription[],
  { version, server }: { readonly version: string; readonly server: string },
): Json => {
  const schemas = createSchemaRegistry();
  const paths = Object.fromEntries(
    routes.map(({ name, path, operations, errorForm }) => {
      const parameters = parametersOf(path);
      const described = Object.entries(operations).map(([method, operation]) => [
        method.toLowerCase(),
        describeOperation(operation, { id: pascalCase(name), schemas, errorForm }),
      ]);
      return [
        openApiPath(path),
        { ...(parameters.length > 0 ? { parameters } : {}), ...Object.fromEntries(described) },
      ];
    }),
  );
  return {
    openapi: "3.1.0",
    info: {
      title: "Colophon",
      version,
      description: appDescription,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: server }],
    paths,
    components: {
      schemas: schemas.all(),
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "Asked for where the owner has set API_KEYS." },
      },
    },
  };
};

/** `api/x/{id}` for `api/x/{id:int}`; what may be left out is left out. */
export const openApiPath = (path: string): string =>
  `/${path.replaceAll(/\{[^{}]*\?\}/g, "").replaceAll(/\{\*?(\w+)(?:[^\w{}][^{}]*)?\}/g, "{$1}")}`;

const parametersOf = (path: string): readonly Json[] =>
  [...openApiPath(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A response, or one kind of those that share a status. */
type Described = AnswerDescription & { readonly codes?: readonly PublicErrorCode[] };

interface Context {
  readonly id: string;
  readonly schemas: SchemaRegistry;
  readonly errorForm: ErrorForm | undefined;
}

/** One operation of an OpenAPI document. The codes of its errors stand in `x-error-codes`, by status. */
export const describeOperation = (
  operation: OperationDescription,
  { id, schemas, errorForm = plainErrorForm }: Context,
): Json => {
  const { summary, description, open = false, body, answers } = operation;
  const content = body && {
    "application/json": { schema: schemas.reference(body, `${id}Request`, "input") },
  };
  const responses = Map.groupBy([...answers, ...errorsOf(operation, errorForm)], ({ status }) => status);
  return {
    operationId: id,
    summary,
    ...(description ? { description } : {}),
    security: open ? [] : [{ key: [] }, {}],
    ...(content ? { requestBody: { required: true, content } } : {}),
    responses: Object.fromEntries(
      [...responses]
        .toSorted(([one], [other]) => one - other)
        .map(([status, kinds]) => [status, responseOf(status, kinds, { id, schemas })]),
    ),
  };
};

const errorsOf = (
  { open, body, errors }: OperationDescription,
  { contentType, schema }: ErrorForm,
): readonly Described[] => {
  const codes = [...commonErrors, ...(open ? [] : keyErrors), ...(body ? bodyErrors : []), ...errors];
  return [...Map.groupBy(new Set(codes), errorStatus)].map(([status, alike]) => ({
    status,
    about: `Errors: ${alike.join(", ")}.`,
    contentType: contentType.split(";")[0] ?? "",
    schema,
    codes: alike,
  }));
};

const responseOf = (
  status: number,
  kinds: readonly Described[],
  { id, schemas }: Pick<Context, "id" | "schemas">,
): Json => {
  const codes = kinds.flatMap((kind) => kind.codes ?? []);
  const withBody = kinds.filter(({ contentType, schema }) => contentType ?? schema);
  const refer = (type: string, alike: readonly Described[]): readonly Json[] => {
    const name = `${id}${streams.has(type) ? "Event" : "Response"}${status === 200 ? "" : status}`;
    return alike.flatMap(({ schema }) => (schema ? [schemas.reference(schema, name, "output")] : []));
  };
  const types = Map.groupBy(withBody, ({ contentType = "application/json" }) => contentType);
  return {
    description: kinds.map(({ about }) => about).join(" "),
    ...(codes.length > 0 ? { "x-error-codes": codes } : {}),
    headers: headersOf(status),
    ...(types.size > 0
      ? {
          content: Object.fromEntries(
            [...types].map(([type, alike]) => [type, mediaOf(type, refer(type, alike))]),
          ),
        }
      : {}),
  };
};

const mediaOf = (type: string, references: readonly Json[]): Json => {
  const schema = alternatives(references);
  if (!schema) return { schema: { type: "string" } };
  // OpenAPI 3.1 has no word for what is sent piece by piece
  return streams.has(type) ? { schema: { type: "string" }, "x-item-schema": schema } : { schema };
};

const streams = new Set(["text/event-stream", "application/jsonl"]);

const alternatives = (references: readonly Json[]): Json | undefined => {
  const different = [...new Map(references.map((reference) => [reference["$ref"], reference])).values()];
  return different.length > 1 ? { anyOf: different } : different[0];
};

const text = { schema: { type: "string" } };

const headersOf = (status: number): Json => ({
  "x-request-id": { description: "Names this request in the logs.", ...text },
  ...(status === 401 ? { "www-authenticate": { description: "Bearer.", ...text } } : {}),
  ...(status === 405 ? { allow: { description: "The methods that are supported.", ...text } } : {}),
  ...(status === 503 ? { "retry-after": { description: "Seconds to wait.", ...text } } : {}),
});

export type Json = Readonly<Record<string, unknown>>;

export interface SchemaRegistry {
  /** A reference to a schema. It is named by its title, or by the first place that asks for it. */
  reference(schema: z.ZodType, name: string, io: "input" | "output"): Json;
  /** All that were asked for, by name. */
  all(): Json;
}

/** Collects the schemas of an OpenAPI document, so that each is described once. */
export const createSchemaRegistry = (): SchemaRegistry => {
  const names = new Map<z.ZodType, string>();
  const described: Record<string, Json> = {};
  return {
    reference: (schema, place, io) => {
      const name = names.get(schema) ?? schema.meta()?.title ?? place;
      if (!names.has(schema) && name in described) throw new Error(`Two schemas are named ${name}.`);
      names.set(schema, name);
      const { $schema: _, ...json } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
      described[name] ??= json;
      return { $ref: `#/components/schemas/${name}` };
    },
    all: () => described,
  };
};
