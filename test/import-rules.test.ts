import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { repository } from "./support/run-node.ts";

/** What each folder may import of ours. What is not listed may import all: it puts things together. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  ports: ["ports"],
  shared: ["shared"],
  config: ["config", "shared"],
  chat: ["chat", "ports", "shared"],
  ingest: ["ingest", "ports", "shared"],
  generations: ["generations", "ports", "shared"],
  health: ["health", "ports", "shared"],
  protocols: ["protocols", "chat/answer-event", "chat/search-knowledge"],
  adapters: ["adapters", "ports", "shared"],
  engine: ["engine", "ports", "shared"],
  http: ["http", "chat", "ports", "shared"],
  "local-host": ["local-host", "shared"],
  web: ["web"],
};
const sdk =
  /^(?:chromadb|@azure\/|openai|onnxruntime-node|@huggingface\/|applicationinsights|gpt-tokenizer|@modelcontextprotocol\/)/;

const files = readdirSync(join(repository, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) => /\.tsx?$/.test(file))
  .map((file) => ({ file, folder: file.split("/").length > 1 ? (file.split("/")[0] ?? "") : "" }));

test("every file imports only what its folder may, SDKs stay in adapters, and settings in config", () => {
  const broken = files.flatMap(({ file, folder }) => {
    const text = readFileSync(join(repository, "src", file), "utf8");
    const imports = [...text.matchAll(/(?:from|import) "([^"]+)"/g)].map(([, name = ""]) => name);
    const may = allowed[folder];
    const ours = imports.filter((name) => {
      const target = join(file, "..", name);
      return name.startsWith(".") && may && !may.some((prefix) => target.startsWith(prefix));
    });
    const sdks = imports.filter((name) =>
      name === "@azure/functions"
        ? !["", "functions"].includes(folder)
        : sdk.test(name) && !["adapters", "engine"].includes(folder),
    );
    const environment = /process\.env\b/.test(text) && !["config", "cli", "local-host"].includes(folder);
    return [...ours, ...sdks, ...(environment ? ["process.env"] : [])].map((name) => `${file}: ${name}`);
  });
  expect(files.length).toBeGreaterThan(50);
  expect(broken).toEqual([]);
});
