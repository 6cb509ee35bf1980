import { AppError } from "../../../src/shared/app-error.ts";
import { withSignal } from "../../../src/shared/with-signal.ts";
import { addressOf, hostSettings, startNode } from "../../../test/support/node-process.ts";
import type { NodeProcess } from "../../../test/support/node-process.ts";

/** The first answer waits for the start. */
const answerTimeoutMs = 60_000;

interface Start {
  /** A program of its own runs the package, so that no other process shares its memory. */
  readonly node: string;
  /** The built local host of the repository, which stands for the Functions host. */
  readonly host: string;
  /** The unpacked package. */
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The unpacked package in the local host. */
export interface PackagedApp {
  readonly pid: number;
  /** Asks it as a visitor does. Fails when the answer is not whole. */
  ask(question: string): Promise<string>;
  readonly nextLine: NodeProcess["nextLine"];
  readonly stop: NodeProcess["stop"];
}

/** Starts the package where it lies, and resolves as soon as its process runs. */
export const startPackagedApp = ({ node, host, folder, settings }: Start): PackagedApp => {
  const app = startNode({
    node,
    words: [host],
    cwd: folder,
    env: { ...hostSettings, LLM: "extractive", ...settings },
  });
  const address = addressOf(app);
  // given to callers
  address.catch(() => undefined);

  return {
    pid: app.child.pid ?? 0,
    nextLine: app.nextLine,
    ask: async (question) => {
      const signal = AbortSignal.timeout(answerTimeoutMs);
      const response = await fetch(`${await withSignal(address, signal)}/api/chat`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ messages: [{ role: "user", content: question }] }),
        signal,
      });
      const body = (await response.json()) as {
        readonly message?: { readonly content: string };
        readonly context?: { readonly degraded?: boolean };
      };
      if (response.ok && body.message && !body.context?.degraded) return body.message.content;
      throw new AppError(
        "internal",
        `The packaged app answered ${response.status} ${JSON.stringify(body)}:\n${[...app.out, ...app.err].slice(-20).join("\n")}`,
      );
    },
    stop: app.stop,
  };
};
