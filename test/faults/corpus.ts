import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Question {
  readonly text: string;
  /** What an answer from the right passage holds. */
  readonly expected: string;
}

const cities = (
  "Lisbon Oslo Cairo Kyoto Boston Dublin Vienna Lima Nairobi Toronto Madrid Helsinki Athens Mumbai Sydney " +
  "Prague Warsaw Havana Manila Chicago Berlin Paris Rome Geneva Seoul Bangkok Jakarta Denver Seattle Miami " +
  "Munich Venice Naples Porto Seville Bergen Tallinn Riga Vilnius Zagreb Belgrade Sofia Bucharest Istanbul " +
  "Tehran Baghdad Delhi Dhaka Hanoi Shanghai Osaka Perth Auckland Bogota Quito Santiago Montevideo Dakar Accra Tunis"
).split(" ");

interface Topic {
  readonly namespace: string;
  readonly thing: string;
  /** Keeps the numbers of two topics apart. */
  readonly base: number;
  readonly fact: (city: string, number: number) => string;
  readonly expected: (number: number) => string;
  readonly question: (city: string) => string;
}

const topics: readonly Topic[] = [
  {
    namespace: "personal",
    thing: "lighthouse",
    base: 200,
    fact: (city, number) => `The lighthouse of ${city} has ${number} steps and a red door.`,
    expected: (number) => `${number} steps`,
    question: (city) => `How many steps does the lighthouse of ${city} have?`,
  },
  {
    namespace: "academic",
    thing: "library",
    base: 4_000,
    fact: (city, number) => `The library of ${city} keeps ${number} old maps in its cellar.`,
    expected: (number) => `${number} old maps`,
    question: (city) => `How many old maps does the library of ${city} keep?`,
  },
  {
    namespace: "projects",
    thing: "orchard",
    base: 700,
    fact: (city, number) => `The orchard near ${city} was planted with ${number} apple trees.`,
    expected: (number) => `${number} apple trees`,
    question: (city) => `How many apple trees were planted in the orchard near ${city}?`,
  },
];

const numberOf = ({ base }: Topic, index: number): number => base + 3 * index;

/** What every generation of the suite can answer, the topics mixed. */
export const questions: readonly Question[] = cities.flatMap((city, index) =>
  topics.map((topic) => ({
    text: topic.question(city),
    expected: topic.expected(numberOf(topic, index)),
  })),
);

/** Tells which edition answered. */
export const editionQuestion = "Which edition of this handbook is the current one?";

/** The edition that an answer names. */
export const editionIn = (text: string): number | undefined => {
  const [, found] = /edition of this handbook is number (\d+)/.exec(text) ?? [];
  return found === undefined ? undefined : Number(found);
};

/** Writes a knowledge folder of four times sixty passages, and its first edition. */
export const writeCorpus = (folder: string): void => {
  for (const topic of topics) {
    const sections = cities.map(
      (city, index) => `## The ${topic.thing} of ${city}\n\n${topic.fact(city, numberOf(topic, index))}\n`,
    );
    writeText(folder, topic.namespace, `${topic.thing}.md`, sections.join("\n"));
  }
  const voices = cities.map(
    (city) => `## As said in ${city}\n\nWe speak plainly, as people in ${city} do.\n`,
  );
  writeText(folder, "style", "voice.md", voices.join("\n"));
  writeEdition(folder, 1);
};

export const writeEdition = (folder: string, edition: number): void =>
  writeText(
    folder,
    "personal",
    "edition.md",
    `## The edition of this handbook\n\nThe current edition of this handbook is number ${edition}.\n`,
  );

const writeText = (folder: string, namespace: string, name: string, text: string): void => {
  mkdirSync(join(folder, namespace), { recursive: true });
  writeFileSync(join(folder, namespace, name), text);
};
