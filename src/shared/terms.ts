const stopWordsOf: Readonly<Record<string, ReadonlySet<string>>> = {
  en: setOf(
    "a about an and any are as at be been being but by can could did do does else for from get give had has have he her hers " +
      "him his how i if in into is it its know let like many me much my not of on or our please say she show so tell than that " +
      "the their them then there they this to too us was we were what when where which who whom whose why will with would you your",
  ),
  de: setOf(
    "aber als also am an auch auf aus bei bin bis bist bitte da das dass dein deine dem den der des die dir du ein eine einem " +
      "einen einer eines er es euch für gibt hat hast habe haben ich ihr ihre im in ist ja kann kannst können man mein meine mich " +
      "mir mit nach nicht noch nur oder ob sein seine sich sie sind so über um und uns unser unsere vom von vor wann war waren was " +
      "wegen welche welcher welches wem wen wenn wer werden wie wieviel wir wird wo woher wohin wozu zu zum zur",
  ),
  es: setOf(
    "a al algo algún alguna ante aquí como cómo con cuál cuáles cuándo cuando cuánto cuánta cuántos cuesta de del desde donde dónde el " +
      "él ella ellos en entre eres es esa ese eso esta está están este esto fue ha hace han hasta hay he la las le les lo los me " +
      "mi mis más muy no nos o os para pero por porque qué que quién quiénes se ser si sí sin sobre son soy su sus te tiene tienen " +
      "tienes tu tus un una uno unos usted y ya yo",
  ),
  fr: setOf(
    "à a ai as au aux avec avez ce ces cette combien comment dans de des du elle elles en es est et êtes eu il ils j je l la le " +
      "les leur lui ma mais me mes moi mon n ne nos notre nous on ont où ou par pas pour pourquoi qu quand que quel quelle quelles " +
      "quels qui quoi s sa se ses son sont sur ta te tes toi ton tu un une vos votre vous y",
  ),
  it: setOf(
    "a ai al alla anche che chi ci come con cosa da dal dalla dei del della delle di dove e è ed era gli ha hai hanno ho i il in io " +
      "la le lei lo lui ma mi mio nel nella no noi non o per perché più qual quale quali quando quanto quanti se sei si sono su sua " +
      "suo ti tra tu tua tuo un una uno vi voi",
  ),
  pt: setOf(
    "a ao as até com como da das de do dos e é ela elas ele eles em és está eu foi há isso isto já lhe mais mas me meu minha na não " +
      "nas no nos nós o onde os ou para pela pelo por porque quais qual quando quanto quantos que quem se sem ser seu sua são só " +
      "sobre te tem têm tu um uma você vocês",
  ),
  nl: setOf(
    "aan al als ben bent bij daar dan dat de der deze die dit door een en er had heb hebben heeft het hij hoe hoeveel hun ik in is " +
      "je jij jou jouw jullie kan kunt maar me men met mij mijn naar niet nog of om onder ons ook op over te tot u uit van veel voor " +
      "waar waarom wanneer was wat we wel welke werd wie wij worden ze zich zij zijn zo",
  ),
};

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** Scripts that put no blanks between words. */
const unspaced = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" });

/** The words of a text in small letters, in order. */
export const wordsIn = (text: string): readonly string[] =>
  (text.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).flatMap((word) =>
    unspaced.test(word) ? [...segmenter.segment(word)].map(({ segment }) => segment) : [word],
  );

/** The words of a text in small letters, each once. */
export const wordsOf = (text: string): ReadonlySet<string> => new Set(wordsIn(text));

/** Whether a word says nothing of what a text is about. */
export const isStopWord = (word: string, language = "en"): boolean =>
  stopWordsOf[language]?.has(word) ?? false;

/** The words that say what a text is about, in a form that brings "tutors" and "tutor" together. */
export const termsOf = (text: string, language = "en"): ReadonlySet<string> =>
  new Set(
    wordsIn(text)
      .filter((word) => !isStopWord(word, language))
      .map((word) => termOf(word, language)),
  );

/** The form in which a word is compared. Only English words are cut: its endings are no endings elsewhere. */
export const termOf = (word: string, language = "en"): string => (language === "en" ? stem(word) : word);

/** Enough to bring "tutors" and "tutor", "died" and "die", "taught" not included, together. */
const stem = (word: string): string =>
  /^.ie[ds]$/.test(word)
    ? word.slice(0, 3)
    : word.length > 4
      ? word.replace(/(?:ing|ies|ed|es|s|ly)$/, "").replace(/(.)\1$/, "$1")
      : word;
