import { expect, test } from "@jest/globals";
import { correctQuestion } from "../../src/chat/correct-question.ts";

const files = new Set(["quillsync", "eelgrass", "saffron", "opening", "hours"]);
const common = [
  "opening",
  "hours",
  "university",
  "birthday",
  "people",
  "weather",
  "relax",
  "roles",
  "scoot",
  "stain",
];
const spelling = {
  isInFiles: (word: string): boolean => files.has(word),
  rankOf: (word: string): number | undefined => {
    const place = common.indexOf(word);
    return place < 0 ? undefined : place;
  },
};

test.each([
  ["whats ur bday", "what is your birthday"],
  ["do u have insta?", "do you have Instagram?"],
  ["oepning hours", "opening hours"],
  ["which unviersity", "which university"],
  ["what is quillsnyc", "what is quillsync"],
  ["Poeple and safron", "people and saffron"],
])("%s is read as %s", (asked, expected) => {
  expect(correctQuestion(asked, spelling)).toBe(expected);
});

test.each([
  ["a name", "Who is Quillsnyk?"],
  ["a rare name near a common word", "do you sell rolex"],
  ["a form of a known word", "stains"],
  ["a part of a word with a hyphen", "what is your e-mail"],
  ["a language of one letter", "the R course"],
  ["an address", "write to me@mail.example"],
  ["a short word", "amex"],
])("%s stays as it is", (_, asked) => {
  expect(correctQuestion(asked, spelling)).toBe(asked);
});
