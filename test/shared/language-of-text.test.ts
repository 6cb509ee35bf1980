import { describe, expect, test } from "@jest/globals";
import { languageOfText } from "../../src/shared/language-of-text.ts";

const questions = {
  en: [
    "Who are you?",
    "when is it open",
    "Where?",
    "whats ur phone number",
    "Was it in the museum?",
    "r u open christmas day",
  ],
  de: [
    "Wer hat die Uhr erfunden?",
    "wo wohnst du",
    "Wann?",
    "Und wo?",
    "Wie heißt er?",
    "was kostet der eintritt",
  ],
  es: [
    "¿Dónde está el museo?",
    "donde vive",
    "¿Quién lo fundó?",
    "¿Cuándo nació?",
    "cuanto cuesta la entrada",
    "¿Facebook?",
  ],
  fr: [
    "Où habitez-vous ?",
    "quels sont vos horaires",
    "Qui est-ce ?",
    "combien coûte un billet",
    "C’est quoi ?",
  ],
  it: [
    "Dove abiti?",
    "quanto costa il biglietto",
    "Chi l’ha fondato?",
    "Qual è il tuo indirizzo?",
    "a che ora aprite",
  ],
  pt: [
    "Onde você mora?",
    "quanto custa o ingresso",
    "Quem são os fundadores?",
    "qual é o seu telefone",
    "Quando não abre?",
  ],
  nl: [
    "Waar woon je?",
    "wat kost een kaartje",
    "Wie heeft het opgericht?",
    "hoe laat gaat het open",
    "Welke boeken zijn er?",
  ],
  pl: [
    "Gdzie mieszkasz?",
    "ile kosztuje bilet",
    "Kto założył muzeum?",
    "Czy jest parking?",
    "jaki jest twój telefon",
  ],
  sv: [
    "Var bor du?",
    "vad kostar en biljett",
    "Vem grundade museet?",
    "När är det öppet?",
    "finns det parkering",
  ],
  tr: [
    "Nerede yaşıyorsun?",
    "bilet ne kadar",
    "Müze ne zaman kuruldu?",
    "saat kaçta açılıyor?",
    "hangi dilleri biliyorsun",
  ],
  ar: ["أين تسكن؟", "كم سعر التذكرة", "من أسس Science Museum؟"],
  he: ["איפה אתה גר?", "כמה עולה כרטיס", "מי הקים את Science Museum?"],
  zh: ["你住在哪里？", "门票多少钱", "Python的作者是谁？"],
  ja: ["どこに住んでいますか？", "料金はいくらですか", "JavaScriptは使えますか？"],
} as const;

test.each(
  Object.entries(questions).flatMap(([language, all]) => all.map((text) => [text, language] as const)),
)("%s is in %s", (text, language) => {
  expect(languageOfText(text)).toBe(language);
});

describe("what tells no language has none", () => {
  test.each([
    "Ada Lovelace",
    "facebook",
    "Los Angeles",
    "Las Vegas",
    "El Greco",
    "Le Monde",
    "Die Zeit",
    "Der Spiegel",
    "La Scala",
    "Vincent van Gogh",
    "De Telegraaf",
    "Jürgen Müller",
    "Łukasz Żal",
    "parking",
    "2024",
    "",
    "?",
    // languages that the server does not speak
    "Где музей?",
    "박물관은 어디에 있습니까?",
    "Πού είναι το μουσείο;",
    "موزه کجاست؟ چه ساعتی",
  ])("%s", (text) => {
    expect(languageOfText(text)).toBeUndefined();
  });
});

test.each([
  "Who is Łukasz Żal?",
  "What does 博物馆 mean?",
  "Where did Peña live?",
  "What is Der Spiegel?",
  "best phone under 300 euros",
  "Who wrote Die Zauberflöte?",
  "Was that a success?",
  "can I pay on the door",
])("English with a foreign word is English: %s", (text) => {
  expect(languageOfText(text)).toBe("en");
});
