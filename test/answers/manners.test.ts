import { describe, expect, test } from "@jest/globals";
import { smallSites } from "../support/small-site.ts";
import { repository } from "../support/repository.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const site = smallSites();
const seed = join(repository, "test", "fixtures", "seed-knowledge");
const identity = readFileSync(join(seed, "personal", "identity.json"), "utf8");
const about = readFileSync(join(seed, "personal", "about.md"), "utf8");

const plan = (more: object): string => JSON.stringify({ subject: "Samim Reza", ...more });

describe("an owner who speaks for himself", () => {
  test("gives an address in the first person, and nothing beside it", async () => {
    const app = await site({
      "namespaces.json": plan({ speakAs: "subject" }),
      "personal/identity.json": identity,
      "personal/about.md": about,
    });
    const facebook = await app.ask("give me your facebook id");
    expect(facebook.message?.content).toMatch(
      /^You can find me on Facebook: https:\/\/www\.facebook\.com\/samimreza101 \[\d\]$/,
    );
    const mail = await app.ask("how can I reach you by e-mail?");
    expect(mail.message?.content).toContain("samimreza2111@gmail.com");
    const who = await app.ask("Who are you?");
    expect(who.message?.content).toContain("software developer");
  });

  test("is spoken about where nothing says that he speaks", async () => {
    const app = await site({ "personal/identity.json": identity });
    expect((await app.ask("give me your facebook id")).message?.content).toMatch(/^Facebook: https/);
  });
});

describe("small talk", () => {
  test("is answered kindly, without a search", async () => {
    const app = await site({
      "namespaces.json": plan({ starters: ["Where does he live?"] }),
      "personal/identity.json": identity,
    });
    for (const [said, expected] of [
      ["Hello!", "Hello! Ask me anything about Samim Reza."],
      ["thanks a lot", "You are welcome!"],
      [
        "who are you?",
        "I am a program. I answer questions about Samim Reza, from the files that I was given.",
      ],
    ] as const) {
      const before = app.out.length;
      const { message, context } = await app.ask(said);
      expect([said, message?.content, context?.citations]).toEqual([said, expected, []]);
      expect(context?.followup_questions).toEqual(["Where does he live?"]);
      expect(app.out.slice(before).filter((line) => /\[(?:TIMING|DEBUG)\]/.test(line))).toEqual([]);
    }
  });
});

describe("a refusal", () => {
  test("says what can be asked instead, and where the owner can be asked", async () => {
    const app = await site({
      "namespaces.json": plan({ contact: "samim@example.com", starters: ["What does he do?"] }),
      "personal/identity.json": identity,
      "personal/faq.md": "# FAQ\n\n## Does he give guitar lessons?\n\nYes, on Mondays at his house.\n",
    });
    const { message, context } = await app.ask("How tall is the Eiffel tower in Paris?");
    expect(context?.mode).toBe("refused");
    expect(message?.content).toContain("samim@example.com");
    expect(context?.followup_questions).toContain("What does he do?");
  });
});

describe("what was mistyped or abbreviated", () => {
  test("is put right, and the search says what it searched for", async () => {
    const app = await site({ "personal/identity.json": identity });
    const search = async (question: string): Promise<{ searchedFor?: string; confidence: string }> =>
      (await app.post("/api/search", { question })).json() as Promise<{
        searchedFor?: string;
        confidence: string;
      }>;
    expect(await search("whats ur profesison")).toMatchObject({ searchedFor: "what is your profession" });
    expect(await search("what is your profession")).not.toHaveProperty("searchedFor");
    expect((await app.ask("whats ur profesison")).message?.content).toContain("software developer");
  });
});

describe("a chat", () => {
  test("can be held with some namespaces alone, and names those there are", async () => {
    const app = await site({
      "personal/identity.json": identity,
      "projects/boat.md": "# The boat\n\nHe built a boat of pine wood.\n",
    });
    const messages = [{ role: "user", content: "What did he build of pine wood?" }];
    const inProjects = await app.post("/api/chat", { messages, namespaces: ["projects"] });
    expect(await inProjects.json()).toMatchObject({ context: { mode: "extractive" } });
    const inPersonal = await app.post("/api/chat", { messages, namespaces: ["personal"] });
    expect(await inPersonal.json()).toMatchObject({ context: { mode: "refused" } });
    const nowhere = await app.post("/api/chat", { messages, namespaces: ["nowhere"] });
    expect([nowhere.status, await nowhere.json()]).toEqual([
      400,
      {
        error: expect.objectContaining({
          message: expect.stringContaining('"nowhere" is not one of personal'),
        }),
      },
    ]);
  });
});
