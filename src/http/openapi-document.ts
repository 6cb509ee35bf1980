import { createSchemaRegistry } from "./create-schema-registry.ts";
import type { Json } from "./create-schema-registry.ts";
import { describeOperation } from "./describe-operation.ts";
import type { RouteDescription } from "./route-description.ts";

const description = [
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
    info: { title: "Colophon", version, description, license: { name: "MIT", identifier: "MIT" } },
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
  `/${path.replaceAll(/\{[^}]*\?\}/g, "").replaceAll(/\{\*?(\w+)[^}]*\}/g, "{$1}")}`;

const parametersOf = (path: string): readonly Json[] =>
  [...openApiPath(path).matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));

const pascalCase = (name: string): string =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
