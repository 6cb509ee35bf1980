import { setTimeout as delay } from "node:timers/promises";
import type { Canary, Manifest } from "../../ports/generation.ts";
import { askApp } from "./ask-app.ts";
import type { AppAddress, AppReply } from "./ask-app.ts";
import { judgeAnswer } from "./judge-answer.ts";
import type { SelfTestResult } from "./self-test-run.ts";

/** At most this many of the owner's canaries are asked for each namespace. */
const maxCanariesPerNamespace = 3;

/** An engine that restarts, or a swap of generations, is over within this pause and must not count as a failure. */
const retryPauseMs = 2_000;

/** Asked where a namespace has no canary: the test then is whether the namespace was searched. */
const anything = "What do you know?";

interface Test {
  /** `undefined` if the served generation is unknown: then the namespaces that the answer searched are tested. */
  readonly knowledge: Pick<Manifest, "namespaces" | "canaries"> | undefined;
  readonly app: AppAddress;
  /** A model is to word the answers. */
  readonly worded: boolean;
  /** A question that is not answered well is asked this often at most. */
  readonly tries: number;
  readonly signal: AbortSignal;
}

/** Asks for every namespace, one after another: those that have questions, then the others. */
export const testNamespaces = async (test: Test): Promise<readonly SelfTestResult[]> => {
  const { namespaces = [], canaries = [] } = test.knowledge ?? {};
  const results: SelfTestResult[] = [];
  let last: AppReply | undefined;
  for (const { name } of namespaces) {
    for (const canary of canaries
      .filter(({ namespace }) => namespace === name)
      .slice(0, maxCanariesPerNamespace)) {
      // after a failure of the whole app further questions would fail alike, each after a full deadline
      if (!last || last.reply.type === "answer") last = await askPatiently(name, canary, test);
      const result = resultOf(name, canary, last, test);
      if (results.at(-1)?.namespace === name) results.pop();
      results.push(result);
      if (result.outcome !== "answered") break;
    }
  }
  const untested = namespaces.filter(({ name }) => !results.some(({ namespace }) => namespace === name));
  if (namespaces.length > 0 && untested.length === 0) return results;
  const answered = last ?? (await askPatiently(undefined, undefined, test));
  const names = namespaces.length > 0 ? untested.map(({ name }) => name) : searchedIn(answered);
  return [...results, ...names.map((name) => resultOf(name, undefined, answered, test))];
};

const askPatiently = async (
  namespace: string | undefined,
  canary: Canary | undefined,
  test: Test,
): Promise<AppReply> => {
  const { app, tries, signal } = test;
  for (let left = tries; ; left -= 1) {
    const asked = await askApp(canary?.question ?? anything, app, signal);
    const names = namespace === undefined ? searchedIn(asked) : [namespace];
    const isWell = names.every((name) => resultOf(name, canary, asked, test).outcome === "answered");
    if ((asked.reply.type === "answer" && isWell) || left <= 1 || signal.aborted) return asked;
    await delay(retryPauseMs, undefined, { signal }).catch(() => undefined);
  }
};

const resultOf = (
  namespace: string,
  canary: Canary | undefined,
  asked: AppReply,
  { knowledge, worded }: Test,
): SelfTestResult => {
  const { reply, durationMs, process, answerId } = asked;
  const common = { namespace, durationMs, process, answerId };
  if (reply.type !== "answer") {
    return {
      ...common,
      outcome: reply.type === "unreachable" ? "unreachable" : "failed",
      message: reply.message,
    };
  }
  const { mode, degraded } = reply.answer.context;
  const wrong =
    judgeAnswer(reply.answer, { namespace, canary, worded }) ??
    // the knowledge that came with the app, where what was published cannot be had
    (!knowledge && degraded === true
      ? "the app is degraded, and what it serves is not on the share"
      : undefined);
  if (wrong !== undefined) return { ...common, outcome: "failed", message: wrong };
  const how = `${canary ? mode : "searched"}${degraded === true ? ", degraded" : ""}`;
  return { ...common, outcome: "answered", message: how };
};

const searchedIn = ({ reply }: AppReply): readonly string[] => {
  const steps = reply.type === "answer" ? reply.answer.context.thoughts.map(({ title }) => title) : [];
  const names = steps.filter((title) => title.startsWith("search ")).map((title) => title.slice(7));
  // without an answer from the app no namespace is known, so the result is for the knowledge as a whole
  return names.length > 0 ? names : ["knowledge"];
};
