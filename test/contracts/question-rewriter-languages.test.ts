import { expect, test } from "@jest/globals";
import { ruleQuestionRewriter } from "../../src/adapters/rule-question-rewriter.ts";
import type { RewrittenQuestion } from "../../src/ports/question-rewriter.ts";
import { growthProblem } from "../support/growth.ts";

/** Questions of a conversation, the last of which is put into words that stand alone. */
const rewrite = (questions: readonly string[]): Promise<RewrittenQuestion> =>
  ruleQuestionRewriter.rewrite({
    question: questions.at(-1) ?? "",
    history: questions.slice(0, -1).flatMap((content) => [
      { role: "user" as const, content },
      { role: "assistant" as const, content: "… [1]" },
    ]),
    signal: AbortSignal.timeout(30_000),
  });

test.each([
  [["Wer war Charles Babbage?", "Wann starb er?"], /Babbage/],
  [["Wer war Ada Lovelace?", "Wen hat sie geheiratet?"], /Ada Lovelace/],
  [["Wer war Ada Lovelace?", "Wann wurde sie geboren?", "Und wo?"], /Ada Lovelace.*geboren/],
  [["Wann wurde das Science Museum eröffnet?", "Wer hat es gegründet?"], /Science Museum/],
  [["Wann wurde das Science Museum eröffnet?", "Was kann man dort sehen?"], /Science Museum/],
  [["Wo ist das Museum?", "Und die Bibliothek?"], /Museum/],
  [["Wo ist das Museum?", "Was ist mit der Bibliothek?"], /Museum/],
  [["Wo ist das Museum?", "Wie groß sind die Hallen?"], /Museum/],
  [["Was ist Note G?", "Was hält die Fachwelt davon?"], /Note G/],
  [["Wer war ihr Lehrer?", "Was hat er ihr beigebracht?"], /Lehrer/],
  [["Was ist Flyologie?", "Wann war das?"], /Flyologie/],
  [["Was ist Flyologie?", "War das ein Erfolg?"], /Flyologie/],
  [["Was ist Flyologie?", "Warum nicht?"], /Flyologie/],
  [["Was ist Flyologie?", "Erzählen Sie mehr"], /Flyologie/],
  [["Wer malte Ada Lovelace?", "Wann?"], /Ada Lovelace/],
  [["Wer malte Ada Lovelace?", "Wo hängt dieses Bild?"], /Ada Lovelace/],
  [["Wer war Charles Babbage?", "wo wohnte er"], /Babbage/],
  [["Wer war Charles Babbage?", "Was war seine Idee?"], /Babbage/],
])("in German, %j is asked of what came before", async (questions, needs) => {
  const { text } = await rewrite(questions);
  expect(text).toMatch(needs);
  expect(text.endsWith(questions.at(-1) ?? "")).toBe(true);
});

test.each([
  [["¿Quién fue Charles Babbage?", "¿Cuándo murió él?"], /Babbage/],
  [["¿Quién fue Charles Babbage?", "¿Cuándo nació?"], /Babbage/],
  [["¿Quién fue Ada Lovelace?", "¿Con quién se casó ella?"], /Ada Lovelace/],
  [["¿Quién fue Ada Lovelace?", "¿Cuándo nació?", "¿Y dónde?"], /Ada Lovelace.*nació/],
  [["¿Cuándo se abrió el Science Museum?", "¿Quién lo fundó?"], /Science Museum/],
  [["¿Dónde está la Biblioteca Nacional?", "¿Quién la fundó?"], /Biblioteca Nacional/],
  [["¿Cuándo se abrió el Science Museum?", "¿Qué se puede ver allí?"], /Science Museum/],
  [["¿Dónde está el museo?", "¿Y la biblioteca?"], /museo/],
  [["¿Dónde está el museo?", "¿Qué hay de la biblioteca?"], /museo/],
  [["¿Dónde está el museo?", "¿Cómo puedo visitarlo?"], /museo/],
  [["¿Qué es la Nota G?", "¿Por qué es famosa?"], /Nota G/],
  [["¿Qué es la Nota G?", "¿Por qué no?"], /Nota G/],
  [["¿Qué es la flyología?", "¿Cuándo fue eso?"], /flyología/],
  [["¿Qué es la flyología?", "Cuénteme más"], /flyología/],
  [["¿Quién pintó a Ada Lovelace?", "¿Cuándo?"], /Ada Lovelace/],
  [["quien fue Ada Lovelace", "donde murio"], /Ada Lovelace/],
  [["¿Quién fue Ada Lovelace?", "¿Cuál era su idea?"], /Ada Lovelace/],
  [["¿Quién pintó a Ada Lovelace?", "¿Dónde se ve ese retrato?"], /Ada Lovelace/],
])("in Spanish, %j is asked of what came before", async (questions, needs) => {
  const { text } = await rewrite(questions);
  expect(text).toMatch(needs);
  expect(text.endsWith(questions.at(-1) ?? "")).toBe(true);
});

test.each([
  "Was ist Flyologie?",
  "Wer ist Ada Lovelace?",
  "Wann wurde Ada Lovelace geboren?",
  "Und was ist die Differenzmaschine von Charles Babbage?",
  "Wie lernte Ada Lovelace ihren Mann kennen?",
  "Ist es wahr, dass Ada Lovelace eine Katze hatte?",
  "Gibt es in der Nähe einen Parkplatz?",
  "Wo gibt es in der Nähe einen Parkplatz?",
  "Ist es möglich, mit Karte zu zahlen?",
  "Wo wohnen Sie?",
  "Wo wohnst du?",
  "Wie ist Ihr Name?",
  "Welche Sprachen sprechen Sie?",
  "Habt ihr am Sonntag geöffnet?",
  "Hat das alte Museum am Montag geöffnet?",
  "Welche Konzerte gibt es in diesem Jahr?",
  "Was kostet der Eintritt für Kinder unter sechs Jahren?",
  "Facebook",
  "Where is the Science Museum in London?",
])("after a German question, %s stands for itself", async (question) => {
  expect(await rewrite(["Wann wurde die Uhr erfunden?", question])).toEqual({ text: question });
});

test.each([
  "¿Qué es la flyología?",
  "¿Quién es Ada Lovelace?",
  "¿Cuándo nació Ada Lovelace?",
  "¿Y qué es la máquina diferencial de Babbage?",
  "¿Cómo conoció Ada Lovelace a su marido?",
  "¿Es verdad que Ada Lovelace tenía un gato?",
  "¿Hay un aparcamiento cerca?",
  "¿Dónde hay un aparcamiento cerca?",
  "¿Dónde vives?",
  "¿Cómo te llamas?",
  "¿Cuándo naciste?",
  "¿Qué idiomas habla usted?",
  "¿Qué es lo mejor de la panadería del pueblo?",
  "¿Está abierto el museo los domingos por la tarde?",
  "¿Qué conciertos hay este año?",
  "¿Cuánto cuesta la entrada para niños menores de seis años?",
  "Facebook",
  "Where is the Science Museum in London?",
])("after a Spanish question, %s stands for itself", async (question) => {
  expect(await rewrite(["¿Cuándo se inventó el reloj?", question])).toEqual({ text: question });
});

test("a question in another language than the one before is asked of it only where it says so", async () => {
  expect(await rewrite(["When was the museum opened?", "Wann wurde die Uhr erfunden?"])).toEqual({
    text: "Wann wurde die Uhr erfunden?",
  });
  expect(await rewrite(["Who was Charles Babbage?", "Wann starb er?"])).toEqual({
    text: "Who was Charles Babbage? Wann starb er?",
    guessed: true,
  });
});

test("it says that it guesses, but not where the question has no word of its own", async () => {
  expect(await rewrite(["Was ist Note G?", "Warum nicht?"])).toEqual({
    text: "Was ist Note G? Warum nicht?",
  });
  expect(await rewrite(["¿Qué es la Nota G?", "¿Y dónde?"])).toEqual({
    text: "¿Qué es la Nota G? ¿Y dónde?",
  });
  expect(await rewrite(["¿Qué es la Nota G?", "¿Quién la tradujo?"])).toMatchObject({ guessed: true });
});

test.each([
  ["a German ellipsis and a word", "Was ist ", "…", " a"],
  ["a Spanish ellipsis and a word", "¿Qué es ", "…", " a"],
  ["German beginnings", "und ", "und, ", "warum"],
  ["German its", "Was ist ", "es ", "wenn dass"],
  ["German thats", "Was ist ", "das … ", "x"],
  ["German names", "Wer ist ", "Ada'.- ", "x"],
  ["German brackets", "Was ist der ", " ((((((((", "x"],
  ["Spanish beginnings", "y ", "¿y, ", "por qué"],
  ["Spanish marks", "¿", "¿ ", "qué"],
  ["Spanish clitics", "¿Quién ", "la fundara ", "x"],
  ["Spanish infinitives", "¿Quién quiere ", "arerir", "lo que"],
  ["Spanish thens", "¿Quién ", "entonces…", "x"],
  ["a long word in German", "Wie ist ", "ä", "?"],
  ["a long word in Spanish", "¿Qué ", "a", "ó"],
])("%s cost in proportion to their length", async (_, start, part, end) => {
  const textOf = (length: number): string =>
    `${start}${part.repeat(Math.ceil((length - start.length - end.length) / part.length))}${end}`;
  expect(await growthProblem((question) => rewrite([question, question]), textOf)).toBeUndefined();
});
