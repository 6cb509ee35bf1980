import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

interface HostFixture {
  /** The body of the app's main file; `app` is in scope, and streaming is on. */
  readonly app: string;
  readonly hostJson?: object;
  readonly localSettings?: object;
  readonly env?: Readonly<Record<string, string>>;
}

export interface HostProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** The standard output and error so far. */
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  readonly exited: Promise<number | null>;
  /** Resolves once the host says where it listens; rejects when it exits before. */
  readonly url: () => Promise<string>;
  /** Resolves once the output matches. */
  readonly printed: (pattern: RegExp) => Promise<void>;
}

export interface HostRunner {
  readonly run: (fixture: HostFixture) => Promise<HostProcess>;
  readonly dispose: () => Promise<void>;
}

/**
 * Bundles the local host and runs it on fixture apps, each in a process of its own: the library keeps its state in
 * module scope, and the host hooks `require`, which jest replaces.
 */
export const createHostRunner = async (
  entry = resolve("src/local-host/local-host.ts"),
): Promise<HostRunner> => {
  const root = await mkdtemp(join(tmpdir(), "colophon-local-host-"));
  const hostPath = join(root, "host.cjs");
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "cjs",
    outfile: hostPath,
    external: ["@azure/functions-core"],
  });
  const running: HostProcess[] = [];
  let count = 0;

  return {
    async run(fixture) {
      count += 1;
      const folder = join(root, `app-${count}`);
      await writeApp(folder, fixture);
      const child = spawn(process.execPath, [hostPath], {
        cwd: folder,
        env: { PORT: "0", ...fixture.env },
      });
      const host = watch(child);
      running.push(host);
      return host;
    },
    async dispose() {
      for (const host of running) {
        if (host.child.exitCode === null && host.child.signalCode === null) host.child.kill("SIGKILL");
        await host.exited;
      }
      await rm(root, { recursive: true, force: true });
    },
  };
};

const writeApp = async (folder: string, { app, hostJson, localSettings }: HostFixture): Promise<void> => {
  const library = JSON.stringify(resolve("node_modules/@azure/functions"));
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ main: "app.cjs" }));
  await writeFile(join(folder, "host.json"), JSON.stringify(hostJson ?? { version: "2.0" }));
  await writeFile(
    join(folder, "app.cjs"),
    `const { app } = require(${library});\napp.setup({ enableHttpStream: true });\n${app}`,
  );
  if (localSettings)
    await writeFile(join(folder, "local.settings.json"), JSON.stringify({ Values: localSettings }));
};

const watch = (child: ChildProcessWithoutNullStreams): HostProcess => {
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = once(child, "close").then(() => child.exitCode);

  const printed = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(stdout + stderr)) {
      if (child.exitCode !== null) throw new Error(`The host exited (${child.exitCode}): ${stdout}${stderr}`);
      await new Promise((proceed) => setTimeout(proceed, 10));
    }
  };
  return {
    child,
    output: () => ({ stdout, stderr }),
    exited,
    printed,
    async url() {
      await printed(/^Listening on http.*$/m);
      return /^Listening on (http.*)$/m.exec(stdout)?.[1] ?? "";
    },
  };
};
