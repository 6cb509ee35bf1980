import type { Node, Parser } from "web-tree-sitter";
import type { Entry, Expression, Module, Named, Output, Parameter, Resource, Template } from "./template.ts";

/** Reads a Bicep file. A parameter file is read as one of variables. */
export const readTemplate = (parser: Parser, file: string, text: string): Template => {
  const source = file.endsWith(".bicepparam")
    ? text.replace(/^using .*$/m, "").replaceAll(/^param (\w+) =/gm, "var $1 =")
    : text;
  const tree = parser.parse(source);
  if (!tree) throw new Error(`${file} cannot be parsed`);
  const parameters: Parameter[] = [];
  const variables: Named[] = [];
  const resources: Resource[] = [];
  const modules: Module[] = [];
  const outputs: Output[] = [];
  let decorators: readonly string[] = [];
  for (const node of namedChildren(tree.rootNode)) {
    const line = lineOf(node);
    const [first, ...rest] = namedChildren(node);
    const name = first?.text ?? "";
    const last = rest.at(-1);
    if (node.type === "parameter_declaration") parameters.push(readParameter(node, decorators));
    else if (node.type === "resource_declaration") resources.push(readResource(node));
    else if (last && node.type === "variable_declaration")
      variables.push({ name, line, value: readExpression(last) });
    else if (last && node.type === "output_declaration")
      outputs.push({ name, line, type: rest[0]?.text ?? "", value: readExpression(last) });
    else if (last && node.type === "module_declaration") {
      modules.push({ name, line, path: textIn(rest[0]), body: readExpression(last) });
    }
    decorators = node.type === "decorators" ? calledIn(node) : [];
  }
  return {
    file,
    parameters,
    variables,
    resources,
    modules,
    outputs,
    unreadable: unreadableLines(tree.rootNode),
  };
};

const readParameter = (node: Node, decorators: readonly string[]): Parameter => {
  const [name, type, fallback] = namedChildren(node);
  return {
    name: name?.text ?? "",
    line: lineOf(node),
    type: type?.text ?? "",
    secure: decorators.includes("secure"),
    fallback: fallback && readExpression(fallback),
  };
};

const readResource = (node: Node, around?: string): Resource => {
  const [name, type, body] = namedChildren(node);
  const written = textIn(type);
  const [parentType = "", parentVersion = ""] = around?.split("@") ?? [];
  const [ownType = "", ownVersion = parentVersion] = written.split("@");
  const full = around === undefined ? written : `${parentType}/${ownType}@${ownVersion}`;
  return {
    name: name?.text ?? "",
    line: lineOf(node),
    type: full,
    existing: node.children.some((child) => child?.type === "existing"),
    nested: around !== undefined,
    body: body
      ? readExpression(body, full)
      : { kind: "object", line: lineOf(node), entries: [], resources: [] },
  };
};

/** `around` is the type of the resource that an object is the body of. */
const readExpression = (node: Node, around?: string): Expression => {
  const line = lineOf(node);
  const children = namedChildren(node);
  const field = (name: string): Expression => {
    const child = node.childForFieldName(name);
    return child ? readExpression(child, around) : { kind: "other", line, parts: [] };
  };
  switch (node.type) {
    case "string": {
      const holes = children.filter(({ type }) => type === "interpolation");
      return {
        kind: "text",
        line,
        text: textIn(node),
        holes: holes.flatMap((hole) => namedChildren(hole).map((child) => readExpression(child))),
      };
    }
    case "number":
      return { kind: "number", line, text: node.text };
    case "boolean":
      return { kind: "truth", line, text: node.text };
    case "null":
      return { kind: "null", line, text: node.text };
    case "identifier":
      return { kind: "name", line, name: node.text };
    case "array":
      if (children.length === 1 && children[0]?.type === "for_statement") return readExpression(children[0]);
      return { kind: "list", line, items: children.map((child) => readExpression(child)) };
    case "object": {
      // a resource within another one is parsed as a property without a name
      const isResource = ({ type }: Node): boolean => type === "resource_declaration";
      const properties = children.filter(({ type }) => type === "object_property");
      return {
        kind: "object",
        line,
        entries: properties.filter((property) => !namedChildren(property).some(isResource)).map(readEntry),
        resources: properties
          .flatMap((property) => namedChildren(property).filter(isResource))
          .map((child) => readResource(child, around)),
      };
    }
    case "for_statement": {
      const body = node.childForFieldName("body");
      const rest = children.filter((child) => child.id !== body?.id);
      const names = rest
        .slice(0, -1)
        .flatMap((child) =>
          child.type === "identifier" ? [child.text] : namedChildren(child).map(({ text }) => text),
        );
      const over = rest.at(-1);
      return {
        kind: "loop",
        line,
        names,
        over: over ? readExpression(over) : field("over"),
        body: field("body"),
      };
    }
    case "if_statement": {
      const [condition, body] = children;
      if (!condition || !body) break;
      return {
        kind: "only-if",
        line,
        condition: readExpression(condition),
        body: readExpression(body, around),
      };
    }
    case "ternary_expression":
      return {
        kind: "choice",
        line,
        condition: field("condition"),
        branches: [field("consequence"), field("alternative")],
      };
    case "lambda_expression": {
      const [names, body] = children;
      if (!names || !body) break;
      const words = names.type === "identifier" ? [names.text] : namedChildren(names).map(({ text }) => text);
      return { kind: "function", line, names: words, body: readExpression(body) };
    }
    case "member_expression":
      return {
        kind: "member",
        line,
        of: field("object"),
        name: node.childForFieldName("property")?.text ?? "",
      };
    case "call_expression": {
      const called = node.childForFieldName("function");
      const given = namedChildren(node.childForFieldName("arguments")).map((child) => readExpression(child));
      const target = called?.type === "member_expression" ? called.childForFieldName("object") : undefined;
      return {
        kind: "call",
        line,
        name:
          (called?.type === "member_expression" ? called.childForFieldName("property") : called)?.text ?? "",
        on: target ? readExpression(target) : undefined,
        given,
      };
    }
    case "parenthesized_expression":
      if (children.length === 1 && children[0]) return readExpression(children[0], around);
  }
  return { kind: "other", line, parts: children.map((child) => readExpression(child)) };
};

const readEntry = (node: Node): Entry => {
  const [name, value] = namedChildren(node);
  const key = name?.type === "string" ? readExpression(name) : undefined;
  return {
    name: name?.type === "string" ? textIn(name) : (name?.text ?? ""),
    line: lineOf(node),
    holes: key?.kind === "text" ? key.holes : [],
    value: value ? readExpression(value) : { kind: "other", line: lineOf(node), parts: [] },
  };
};

const namedChildren = (node: Node | null | undefined): readonly Node[] =>
  (node?.namedChildren ?? []).filter((child): child is Node => child !== null && child.type !== "comment");

/** A text's characters; what is computed in it is left out. */
const textIn = (node: Node | undefined): string =>
  namedChildren(node)
    .map(({ type, text }) =>
      type === "string_content" ? text : type === "escape_sequence" ? text.slice(1) : "",
    )
    .join("");

const calledIn = (node: Node): readonly string[] =>
  namedChildren(node).map((decorator) => /^@([\w.]+)/.exec(decorator.text)?.[1] ?? "");

const lineOf = (node: Node): number => node.startPosition.row + 1;

const unreadableLines = (node: Node): readonly number[] =>
  node.isError || node.isMissing
    ? [lineOf(node)]
    : node.hasError
      ? node.children.flatMap((child) => (child ? unreadableLines(child) : []))
      : [];
