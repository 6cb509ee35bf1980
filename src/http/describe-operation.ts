import type { PublicErrorCode } from "../chat/public-error.ts";
import { bodyErrors, commonErrors, keyErrors } from "./common-errors.ts";
import type { Json, SchemaRegistry } from "./create-schema-registry.ts";
import { plainErrorForm } from "./error-form.ts";
import type { ErrorForm } from "./error-form.ts";
import { errorStatus } from "./error-status.ts";
import type { AnswerDescription, OperationDescription } from "./route-description.ts";

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
  // OpenAPI 3.1 has no word for what is told piece by piece
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
