import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "@jest/globals";
import { arbitraryOf } from "./support/arbitrary-of-schema.ts";
import { createAnswerCheck } from "./support/described-answers.ts";
import type { OpenApi } from "./support/described-answers.ts";
import { hostileBodies, hostileValues } from "./support/hostile-values.ts";
import { repository } from "./support/repository.ts";
import { ingest, startApp } from "./support/running-app.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/*
 * Requests made from the served OpenAPI document: right ones, right ones with something changed, and
 * hostile ones. FUZZ_SEED repeats a run, FUZZ_REQUESTS changes how many there are.
 */

const count = Number(process.env["FUZZ_REQUESTS"] ?? 5_000);
const seed = Number(process.env["FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const DATA_DIR = temporaryFolder();
const atOnce = 8;
const hangMs = 30_000;

interface Sent {
  readonly kind: "valid" | "mutated" | "hostile" | "unlisted";
  readonly template: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

test(`${count} requests over all routes`, async () => {
  await ingest(join(repository, "test", "fixtures", "seed-knowledge"), { DATA_DIR });
  const app = await startApp({
    DATA_DIR,
    AzureWebJobsDisableHomepage: "true",
    ALLOWED_ORIGINS: "https://a.example",
  });
  // what starts with the first question is not what is looked at here
  await app.ask("Who are you?");
  const document = (await (await fetch(`${app.url}/api/openapi.json`)).json()) as OpenApi;
  const problemWith = createAnswerCheck(document);
  const requests = fc.sample(requestOf(document), { seed, numRuns: count });
  const statuses = new Map<number, number>();
  const problems: string[] = [];
  let slowest = { ms: 0, path: "" };

  const send = async ({ kind, template, path, method, headers, body }: Sent): Promise<void> => {
    const startedAt = performance.now();
    const name = `${kind} ${method} ${path.slice(0, 200)} ${JSON.stringify(headers)} ${String(body).slice(0, 300)}`;
    try {
      const response = await fetch(app.url + path, {
        method,
        headers,
        ...(body === undefined || method === "GET" ? {} : { body }),
        signal: AbortSignal.timeout(hangMs),
      });
      const { status } = response;
      const answer = { status, headers: response.headers, body: await response.text() };
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      const problem = status >= 500 ? `it is answered ${status}` : problemWith(template, method, answer);
      if (problem) problems.push(`${name}: ${problem}`);
    } catch (error) {
      problems.push(`${name}: ${(error as Error).name}: ${(error as Error).message}`);
    }
    const ms = Math.round(performance.now() - startedAt);
    if (ms > slowest.ms) slowest = { ms, path };
  };

  const queue = requests.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const request of queue) await send(request);
    }),
  );

  const routes = new Set(requests.map(({ template, method }) => `${method} ${template}`));
  const counted = [...statuses]
    .toSorted(([one], [other]) => one - other)
    .map(([status, n]) => `${n} x ${status}`);
  process.stdout.write(
    `fuzz: seed ${seed}, ${requests.length} requests, ${routes.size} operations, ${counted.join(", ")}, ` +
      `slowest ${slowest.ms} ms (${slowest.path}), ${problems.length} problems\n`,
  );
  expect(problems).toEqual([]);
  for (const path of Object.keys(document.paths))
    expect(requests.map(({ template }) => template)).toContain(path);
  // it is as well as before
  expect(await app.ask("give me your facebook id")).toMatchObject({ status: 200 });
  expect([...app.out, ...app.err].filter((line) => /unhandled|uncaught/i.test(line))).toEqual([]);
}, 1_200_000);

const requestOf = (document: OpenApi): fc.Arbitrary<Sent> =>
  fc.oneof(
    ...operationsOf(document).map(([template, operations]) =>
      fc
        .tuple(
          fc.oneof(
            { weight: 9, arbitrary: fc.constantFrom(...Object.keys(operations)) },
            { weight: 1, arbitrary: fc.constantFrom("get", "post", "put", "patch", "delete") },
          ),
          pathOf(template),
          headers,
        )
        .chain(([method, path, given]) => {
          const base = { template, path, method: method.toUpperCase(), headers: given };
          const body = operations[method]?.requestBody?.content["application/json"].schema;
          if (!operations[method]) return fc.constant<Sent>({ ...base, kind: "unlisted" });
          if (!body) return fc.constant<Sent>({ ...base, kind: "valid" });
          const valid = arbitraryOf(body, document.components.schemas);
          return fc.oneof(
            { weight: 5, arbitrary: valid.map((value) => sent(base, "valid", value)) },
            { weight: 4, arbitrary: mutated(valid).map((value) => sent(base, "mutated", value)) },
            {
              weight: 2,
              arbitrary: fc
                .constantFrom(...hostileBodies)
                .map((raw): Sent => ({ ...base, kind: "hostile", body: raw })),
            },
          );
        }),
    ),
  );

const operationsOf = ({ paths }: OpenApi): readonly (readonly [string, OpenApi["paths"][string]])[] =>
  Object.entries(paths).map(([template, described]) => [
    template,
    Object.fromEntries(Object.entries(described).filter(([key]) => key !== "parameters")),
  ]);

const sent = (base: Omit<Sent, "kind" | "body">, kind: Sent["kind"], value: unknown): Sent => ({
  ...base,
  kind,
  body: JSON.stringify(value) ?? "",
});

/** Names in paths as anybody may type them; one with a slash would be another path. */
const pathOf = (template: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "colophon",
          "personal",
          "style",
          "none",
          "index.html",
          "page.js",
          "..%2f",
          "%00",
          "é",
        ),
        fc
          .string({ unit: "grapheme", minLength: 1, maxLength: 30 })
          .filter((name) => !/^\.+$|[/\\]/.test(name)),
      ),
      { minLength: 3, maxLength: 3 },
    )
    .map((names) => {
      let next = 0;
      return template.replaceAll(/\{\w+\}/g, () => encodeURIComponent(names[next++] ?? ""));
    });

const headers: fc.Arbitrary<Record<string, string>> = fc
  .tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant("application/json") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("text/plain", "multipart/form-data; boundary=x", "", "a/b; c"),
      },
    ),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant("application/json, text/event-stream") },
      { weight: 1, arbitrary: fc.constantFrom("*/*", "text/html", "nonsense") },
    ),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom("https://a.example", "https://evil.example", "null", "x y") },
    ),
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom("Bearer x", "Basic eDp5", "Bearer", "x".repeat(2_000)) },
    ),
    fc.constantFrom(undefined, undefined, undefined, "gzip", "br, gzip", "*;q=0"),
  )
  .map(([type, accept, origin, authorization, encoding]) => ({
    ...(type ? { "content-type": type } : {}),
    accept,
    ...(origin ? { origin } : {}),
    ...(authorization ? { authorization } : {}),
    ...(encoding ? { "accept-encoding": encoding } : {}),
  }));

/** A right value with one part of it made wrong, left out or added. */
const mutated = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(valid, fc.nat(), fc.constantFrom(...hostileValues), fc.nat(2))
    .map(([value, place, hostile, way]) => {
      const copy = structuredClone(value);
      const places = placesIn(copy);
      const [holder, key] = places[place % Math.max(places.length, 1)] ?? [];
      if (!holder || key === undefined) return hostile;
      if (way === 0) holder[key] = hostile;
      else if (way === 1) delete holder[key];
      else holder[`${key}x`] = hostile;
      return copy;
    });

type Holder = Record<string, unknown>;

const placesIn = (value: unknown): readonly (readonly [Holder, string])[] =>
  typeof value !== "object" || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => [[value as Holder, key] as const, ...placesIn(inner)]);
