import { beforeAll, describe, expect, test } from "@jest/globals";
import type { InProcessApp } from "../support/in-process-app.ts";
import { smallSites } from "../support/small-site.ts";

const site = smallSites();

const german = {
  "personal/werkstatt.md": `# Die Fahrradwerkstatt

## Öffnungszeiten

Die Werkstatt ist dienstags bis freitags von neun bis achtzehn Uhr geöffnet, samstags nur bis zwölf.

## Reparaturen

Eine Inspektion kostet 65 Euro und dauert zwei Tage. Platte Reifen flicken wir sofort.

## Leihräder

Wir verleihen Lastenräder für 20 Euro am Tag; die Kaution beträgt 100 Euro.

## Inhaberin

Die Inhaberin heißt Henrike Vogt und hat die Werkstatt im Jahr 2009 gegründet.

## Anfahrt

Die Werkstatt liegt in der Hafenstraße 12, gegenüber vom alten Speicher.

## Kurse

Im Winter zeigen wir in einem Kurs, wie man eine Schaltung einstellt.
`,
};

const spanish = {
  "personal/panaderia.md": `# La panadería

## Horario

La panadería abre todos los días a las siete de la mañana y cierra a las dos de la tarde.

## Panes

Hacemos pan de centeno los lunes y pan de maíz los jueves.

## Encargos

Las tartas se encargan con tres días de antelación y cuestan desde 25 euros.

## Historia

Mi abuela Rosario fundó la panadería en 1962 en el barrio de Gracia.

## Alergias

No usamos nueces ni almendras en ningún producto.

## Reparto

Repartimos en bicicleta por el centro sin coste adicional.
`,
};

describe.each([
  {
    language: "German",
    files: german,
    answered: [
      ["Was kostet eine Inspektion?", "65 Euro"],
      ["Wann ist die Werkstatt geöffnet?", "dienstags bis freitags"],
      ["Wie heißt die Inhaberin?", "Henrike Vogt"],
      ["Wie hoch ist die Kaution für Lastenräder?", "100 Euro"],
      ["Wo liegt die Werkstatt?", "Hafenstraße 12"],
      ["Wann wurde die Werkstatt gegründet?", "2009"],
    ],
    refused: "Verkaufen Sie auch Motorboote und Segelyachten?",
    refusal: /^Dazu steht nichts/,
  },
  {
    language: "Spanish",
    files: spanish,
    answered: [
      ["¿A qué hora abre la panadería?", "siete de la mañana"],
      ["¿Qué día hacen pan de centeno?", "lunes"],
      ["¿Cuánto cuestan las tartas?", "25 euros"],
      ["¿Quién fundó la panadería?", "Rosario"],
      ["¿Usan nueces o almendras?", "No usamos nueces"],
      ["¿Reparten en bicicleta?", "Repartimos en bicicleta"],
    ],
    refused: "¿Venden motocicletas usadas con garantía?",
    refusal: /^No hay nada al respecto/,
  },
])("files in $language", ({ files, answered, refused, refusal }) => {
  let app: InProcessApp;
  beforeAll(async () => {
    app = await site(files);
  });

  test.each(answered)("%s is answered by words in common", async (question = "", expected = "") => {
    const { message, context } = await app.ask(question);
    expect([context?.mode, message?.content]).toEqual(["extractive", expect.stringContaining(expected)]);
  });

  test("what is not in them is refused kindly, in their language", async () => {
    const { message, context } = await app.ask(refused);
    expect([context?.mode, message?.content]).toEqual(["refused", expect.stringMatching(refusal)]);
  });
});

describe("a question in a language that the files are not in", () => {
  const english = {
    "personal/me.md":
      "# Me\n\nI grow roses and lavender in a small garden behind the old mill, and sell them at the market.\n",
  };

  test.each([
    ["ما هي أنواع الزهور التي تزرعها في الحديقة؟", /^الملفات/],
    ["Welche Blumen wachsen dort das ganze Jahr über?", /^Die Dateien/],
  ])("is answered with that, in its own: %s", async (question, expected) => {
    const app = await site(english);
    const { message, context } = await app.ask(question);
    expect(context?.mode).toBe("refused");
    expect(message?.content).toMatch(expected);
  });

  test("the browser's language decides what the server says", async () => {
    const app = await site(english);
    const body = { messages: [{ role: "user", content: "Do you repair bicycles?" }] };
    const response = await app.post("/api/chat", body, { "accept-language": "fr-CH, fr;q=0.9, en;q=0.8" });
    expect(((await response.json()) as { message: { content: string } }).message.content).toMatch(
      /^Il n’y a rien/,
    );
  });
});
