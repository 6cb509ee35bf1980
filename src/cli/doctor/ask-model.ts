import * as z from "zod";
import { ok, skipped, wrong } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { callApp } from "./visit-deployed.ts";

const about = z.object({ starters: z.array(z.string()), mode: z.enum(["generated", "extractive"]) });
const answer = z.object({
  context: z.object({ mode: z.enum(["generated", "extractive", "refused"]) }),
});

const roleAndQuota =
  "Look for [ERROR] in the app's log: is it the role of its identity on the model's account, the name of the deployment, the quota?";

/** Asks a deployed app what it offers its visitors to ask, as one of them: the model is asked one question. */
export const askModel = async (url: URL, apiKey: string | undefined): Promise<readonly Finding[]> => {
  const offered = about.safeParse((await callApp(url, "/api/about", apiKey)).body);
  if (!offered.success) return [];
  const content = offered.data.starters[0] ?? "Who is this about?";
  const asked = await callApp(url, "/api/chat", apiKey, { messages: [{ role: "user", content }] });
  const given = answer.safeParse(asked.body);
  if (!given.success)
    return [wrong("answer", `"${content}" was answered with ${asked.httpStatus}.`, roleAndQuota)];
  const { mode } = given.data.context;
  const what = `"${content}" in ${asked.seconds.toFixed(1)} s`;
  if (mode === "refused") return [skipped("answer", `${what}: refused, so no model was asked`)];
  if (mode === "extractive" && offered.data.mode === "generated")
    return [wrong("answer", `${what}: quoted, although a model is set up to word it.`, roleAndQuota)];
  return [
    ok("answer", `${what}, ${mode === "generated" ? "worded by the model" : "quoted: no model is set"}`),
  ];
};
