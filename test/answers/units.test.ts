import { beforeAll, describe, expect, test } from "@jest/globals";
import type { InProcessApp } from "../support/in-process-app.ts";
import { smallSites } from "../support/small-site.ts";

const site = smallSites();

const files = {
  "personal/machine.md": `# The washing machine

## Cleaning the filter

1. Pull the plug.
2. Close the inlet.
3. Press stop.
4. Wait for two minutes.
5. Open the flap at the bottom.

## Courses

- Beginners
  - Monday 18:00
  - 120 euros
- Advanced
  - Friday 19:00
  - 150 euros

## The leaderboard

In the leaderboard you find:

- the fastest lap
- the best newcomer
- the oldest rider

## Installing

Run this in a terminal:

\`\`\`sh
apt update
apt install washer
\`\`\`

It needs .NET 8 or later. The fee is 1,400 SEK excl. VAT per day. The entry file is \`__main__.py\`, as in all packages.

## The comet

It comes back once in seven years [2]. Nobody has photographed it.

## Packing the tent

${Array.from({ length: 15 }, (_, place) => `${place + 1}. Fold seam number ${place + 1} of the tent.`).join("\n")}

## Opening hours

| Day | Hours |
|---|---|
| Monday | closed |
| Tuesday | 9 to 17 |
`,
  "personal/faq.txt": `Q: May I bring my dog?
A: Yes, on a lead.

Q: Is there parking?
A: Behind the house, for ten cars.
`,
  "personal/faq.json": JSON.stringify([
    { q: "Do you ship abroad?", a: "Only to Norway and Denmark." },
    { q: "Do you take cards?", a: "Visa and Mastercard, no cheques." },
  ]),
  "personal/questions.md":
    "**Can I pay in instalments?**\n\nYes, in three parts.\n\n**Can I get a refund?**\n\nWithin 14 days.\n",
  "personal/people.yaml": `people:
  - name: Ana Lima
    role: PhD student, works on seagrass
    email: ana@lab.example
  - name: Bo Ek
    role: PhD student, works on currents
  - name: Cy Dahl
    role: head of the workshop
    email: cy@lab.example
  - name: Eve Holm
${["birds", "mosses", "tides", "dunes", "seals", "clouds", "shells", "crabs", "worms", "kelp"]
  .map(
    (what) =>
      `    studies_of_${what}: Eve Holm writes about ${what} on the northern coast of the island in winter`,
  )
  .join("\n")}
jobs:
  - company: Acme
    position: baker
    startDate: "2015"
  - company: Acme
    position: manager
    startDate: "2019"
`,
};

let app: InProcessApp;
beforeAll(async () => {
  app = await site(files);
});

const answer = async (question: string): Promise<string> => {
  const { context, message } = await app.ask(question);
  expect(context?.mode).toBe("extractive");
  return message?.content ?? "";
};

describe("what belongs together is quoted together", () => {
  test.each([
    [
      "How do I clean the filter?",
      ["Pull the plug", "Close the inlet", "Press stop", "Wait", "Open the flap"],
      [],
    ],
    ["When is the advanced course?", ["Advanced", "Friday 19:00"], ["Monday"]],
    ["What do I find in the leaderboard?", ["fastest lap", "best newcomer", "oldest rider"], []],
    ["What do I run to install it?", ["```\napt update\napt install washer\n```"], []],
    ["Which version of .NET does it need?", [".NET 8 or later"], []],
    ["What is the fee per day?", ["1,400 SEK excl. VAT per day"], []],
    ["When are you open on Tuesday?", ["Tuesday", "9 to 17"], []],
  ])("%s", async (question, expected, without) => {
    const said = await answer(question);
    for (const text of expected) expect(said).toContain(text);
    for (const text of without) expect(said).not.toContain(text);
  });

  test("a list that is too long is cut, and says so", async () => {
    const said = await answer("How do I pack the tent?");
    expect(said).toContain("12. Fold seam number 12");
    expect(said).not.toContain("13. Fold");
    expect(said).toContain("(15 items, of which 12 are shown)");
  });

  test("steps keep their numbers and their order", async () => {
    expect(await answer("How do I clean the filter?")).toMatch(/1\. Pull[\s\S]*2\. Close[\s\S]*5\. Open/);
  });
});

describe("a question is answered with its answer", () => {
  test.each([
    ["Can I bring my dog?", "Yes, on a lead."],
    ["Is there parking?", "Behind the house"],
    ["Do you ship to other countries?", "Only to Norway and Denmark."],
    ["Can I pay in instalments?", "Yes, in three parts."],
    ["Can I get a refund?", "Within 14 days."],
  ])("%s", async (question, expected) => {
    const said = await answer(question);
    expect(said).toContain(expected);
    expect(said.split("\n")[0]).not.toMatch(/\?/);
  });
});

describe("what the owner wrote is no mark of ours", () => {
  test("brackets are no citation, and names with underscores are not bold", async () => {
    expect(await answer("How often does the comet come back?")).toContain(String.raw`seven years \[2]`);
    expect(await answer("What is the entry file called?")).toContain(String.raw`\_\_main\_\_.py`);
  });
});

describe("records", () => {
  test("objects of the same name stay two", async () => {
    const said = await answer("When did you become manager at Acme?");
    expect(said.split("\n")[0]).toMatch(/2019/);
    expect(said.split("\n")[0]).not.toMatch(/2015/);
  });

  test("a fact comes with the name of its object", async () => {
    expect(await answer("What is the e-mail address of the head of the workshop?")).toContain(
      "cy@lab.example",
    );
    expect(await answer("Who is the head of the workshop?")).toContain("Cy Dahl");
  });

  test("a list that is asked for as a list comes whole", async () => {
    const said = await answer("Who are the PhD students?");
    for (const name of ["Ana Lima", "Bo Ek"]) expect(said).toContain(name);
  });

  test("an object that is cut into several passages counts once", async () => {
    const { context } = await app.ask("What does Eve Holm write about on the northern coast?");
    const sources = (context?.citations ?? []).map(({ source }) => source);
    expect(sources.filter((source) => source.includes("Eve Holm"))).toHaveLength(1);
  });
});
