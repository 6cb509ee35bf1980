/** The languages that the server speaks with visitors. */
export const languages = [
  "en",
  "de",
  "es",
  "fr",
  "it",
  "pt",
  "nl",
  "pl",
  "sv",
  "tr",
  "ar",
  "he",
  "zh",
  "ja",
] as const;

export type Language = (typeof languages)[number];

/**
 * The language that a question is written in, by its script, or by its function words and telling letters.
 * Undefined where too little speaks for one: names, single nouns, languages that the server does not speak.
 */
export const languageOfText = (text: string): Language | undefined => {
  const latin = languageInLatin(text);
  const letters = text.match(/\p{L}/gu) ?? [];
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter)).length;
  // a name in another script, in a question that has words of its own
  if (foreign === 0 || (latin !== undefined && foreign < letters.length / 2)) return latin;
  const ofScript = scripts.find(({ script }) => script.test(text));
  return ofScript?.not?.test(text) ? undefined : ofScript?.language;
};

/** Kana before Han: Japanese is written in both, Chinese in Han alone. */
const scripts: readonly { readonly language: Language; readonly script: RegExp; readonly not?: RegExp }[] = [
  { language: "ja", script: /[\p{Script=Hiragana}\p{Script=Katakana}]/u },
  { language: "zh", script: /\p{Script=Han}/u },
  { language: "he", script: /\p{Script=Hebrew}/u },
  // letters of Persian, Urdu, Kurdish and Pashto
  { language: "ar", script: /\p{Script=Arabic}/u, not: /[پچژگکیےٹڈڑۆێەڵہھ]/u },
];

type LatinLanguage = Exclude<Language, "ar" | "he" | "zh" | "ja">;

/** How much must speak for a language, and how much more than for the next one. */
const minScore = 1;
const minLead = 0.3;

const languageInLatin = (text: string): Language | undefined => {
  const scores = new Map<Language, number>();
  const add = (language: Language, weight: number): void => {
    scores.set(language, (scores.get(language) ?? 0) + weight);
  };
  const words = text.match(/\p{L}+/gu) ?? [];
  // capitals further in are of names, and the letters of names are of any language
  const small = words.filter((word, index) => index === 0 || word === word.toLowerCase());
  for (const word of new Set(small.map((one) => one.toLowerCase()))) {
    const owners = ownersOf(word);
    for (const { language, weight } of owners) add(language, weight / owners.length);
  }
  for (const word of words.filter((one) => one === one.toLowerCase())) {
    for (const { language, letters, weight } of tellingLetters) if (letters.test(word)) add(language, weight);
  }
  if (/[¿¡]/.test(text)) add("es", 2);
  const [best, next] = [...scores].toSorted(([, a], [, b]) => b - a);
  if (!best || best[1] < minScore || best[1] - (next?.[1] ?? 0) < minLead) return undefined;
  return best[0];
};

/** Whether a word in small letters says nothing of what a text in that language is about. */
export const isFunctionWord = (word: string, language: Language): boolean =>
  ownersOf(word).some((owner) => owner.language === language);

const tellingLetters: readonly {
  readonly language: Language;
  readonly letters: RegExp;
  readonly weight: number;
}[] = [
  { language: "de", letters: /ß/, weight: 1 },
  { language: "de", letters: /[äöü]/, weight: 0.5 },
  { language: "sv", letters: /å/, weight: 1 },
  { language: "sv", letters: /[äö]/, weight: 0.5 },
  { language: "es", letters: /ñ/, weight: 1 },
  { language: "es", letters: /[íóúá]/, weight: 0.4 },
  { language: "pt", letters: /[ãõ]/, weight: 1 },
  { language: "pt", letters: /[çêôâíóúá]/, weight: 0.4 },
  { language: "fr", letters: /[œùûî]/, weight: 0.6 },
  { language: "fr", letters: /é/, weight: 0.5 },
  { language: "fr", letters: /[çêèà]/, weight: 0.4 },
  { language: "it", letters: /[ìòàèù]/, weight: 0.4 },
  { language: "pl", letters: /[ąęłśćńźż]/, weight: 1 },
  { language: "tr", letters: /[ğış]/, weight: 1 },
  { language: "tr", letters: /[çöü]/, weight: 0.4 },
];

/**
 * Articles stand first, before the bar, and count half: they begin names too ("Le Monde", "Los Angeles").
 * Words of several languages count a part for each.
 */
const functionWords: Readonly<Record<LatinLanguage, string>> = {
  en:
    "the an | about and any are as at be been being but by can could did do does doing else for from get give had has have having he her " +
    "here hers him his how if in into is isn it its know let like many me much must my no not of on or our please say she should show " +
    "so some tell than that their them then there these they this those to too us was we were what when where which while who whom " +
    "whose why will with without would yes you your yours doesn don didn hasn wasn aren u ur r whats under over after before during between " +
    "one all off out up only also best new old name main door van word ten pan pod ale go jest sea sin son hay pour comment war hat die mal bin man " +
    "men once sans or just open",
  de:
    "der die das den dem des ein eine einen einem einer eines | kostet kosten wohnt wohnst aber alle alles einige manche machen macht lange geht ging worum wogegen worauf woran worin wodurch als also am an auch auf aus bei beim bin bis bist bitte da " +
    "dass davon dazu dein deine deiner dich dies diese dieser dieses dir doch dort du durch er es etwas euch euer für gegen gibt hab habe " +
    "haben habt hat hatte hatten ich ihm ihn ihnen ihr ihre ihren ihrer im in ist ja kann kannst kein keine keinen können könnt lang " +
    "mal man mehr mein meine mich mir mit möchte muss nach nein nicht noch nur ob oder ohne schon sehr seid sein seine seinem seinen seiner " +
    "seit sich sie sind so soll sonst über um und uns unser unsere unter viel viele vom von vor wann war waren warum was weil welche welchem welchen " +
    "welcher welches wem wen wenn wer werde werden weshalb wessen wie wieso wieviel wir wird wo woher wohin wofür womit worüber wovon wozu wurde wurden zu zum zur zwischen",
  es:
    "el la los las un una unos unas | cuesta cuestan vive vives a adónde al algo algún alguna ahora allí aquí cada como cómo con cuál cual cuáles cuando cuándo " +
    "cuánto cuánta cuántas cuántos cuanto cuantos de del dime dónde donde él ella ellas ellos en entre era eran eres es esa ese eso esta está " +
    "están estar estás este esto estos fue fueron ha hace hacer haces han has hasta hay he hola las le les lo más me mi mis muy " +
    "nada no nos nosotros nuestra nuestro o otra otro para pero por porque puede pueden puedes puedo que qué quién quien quiénes quienes se sea ser " +
    "si sí sin sobre son soy su sus también te tengo tiene tienen tienes tu tú tus usted ustedes y ya yo",
  fr:
    "le la les un une des | coûte coûtent habite habitez ai alors as au aussi aux avec avez avoir ce cela ces cet cette chez combien comme comment c'est dans de depuis du elle " +
    "elles en entre es est et était étaient été êtes être eu eux fait faire faut faites ici il ils j je jusqu là leur leurs lui ma mais me mes moi mon " +
    "ne non nos notre nous on ont ou où par pas peut peux plus pour pourquoi pouvez puis quand que quel quelle quelles quels qu qui quoi " +
    "sa sans se sera ses si son sont sous suis sur ta te tes toi ton tout tous toute tu un va vers veux vos votre voulez vous y à ça",
  it:
    "il lo la i gli le un uno una | costa costano abiti a ad agli ai al alla alle anche che chi ci ciao come con cosa cos così cui da dagli dai dal dalla dei del della delle dello di " +
    "dopo dove dov due e è ed era erano essere fa fare fino fra fu furono ha hai hanno ho in io la lei li loro lui ma me mi mia mio molto ne negli nei nel nella " +
    "nelle no noi non nostro o ogni per perché perchè però più possiamo posso può puoi qual quale quali quando quanta quante quanti quanto quella quello " +
    "questa queste questi questo qui se sei si sì sia siamo siete sono sta stato su sua sue sul sulla suo suoi ti tra tu tua tuo tutti tutto un vi voi vostro",
  pt:
    "o os um uma uns umas as | custa custam mora à ao aos aqui até as com como da das de dela dele deles depois do dos e é ela elas ele eles em entre era eram essa esse " +
    "esta está estão este eu foi foram há isso isto já mais mas me meu meus minha muito na não nas nem no nos nós nosso ou onde para pela pelo pelos pode podem " +
    "podemos posso por porque porquê quais qual quando quanta quantas quanto quantos que quê quem se sem ser seu seus sobre sua suas são também te tem têm " +
    "tenho ter teu tu tua um você vocês",
  nl:
    "de het een | kost kosten woon woont aan al als bent ben bij dan dat deze die dit doe doen doet door dus een en er gaat geen had hadden heb hebben hebt heeft hem hen hier hij " +
    "hoe hoeveel hun ik in is ja je jij jou jouw jullie kan kun kunnen kunt maar me meer met mij mijn naar nee niet nog nu of om onder ons onze ook op over " +
    "te tot tussen u uit uw van vanaf veel voor waar waarom wanneer wat we welk welke werd wie wij word worden wordt zal ze zich zij zijn zonder zou",
  pl:
    "| kosztuje kosztują mieszka mieszkasz ale bez był była było były być co czego czemu czy czyj dla dlaczego do gdzie go i ich ile im ja jak jaka jaki jakie jakich jako jest jestem jesteś jej jego już kiedy " +
    "kim kogo komu kto która które którego której który którzy lub ma mają mam masz mi mnie mogę można może moja moje mój na nad nie nim o od ona one oni ono oraz po pod " +
    "pan pani proszę przed przez przy są się skąd ta tak tam te tego tej ten to twoja twoje twój ty tu tylko w we wy z za ze że żeby",
  sv:
    "den det ett en | kostar bor alla allt att av bara blev bli blir de dem den denna deras dess detta dig din ditt dina du efter eller er ett finns fick för från får gör " +
    "göra hade han hans har hej henne hennes hon honom hur i inte jag ja kan kom kommer kunde man med mellan men mig min mina mitt mot mycket måste när nu någon " +
    "något några nästan och om oss på sedan sig sin sitt ska skulle så som till under upp ut utan vad var varför varifrån vart vem vems vi vid vilka vilken vilket vill är",
  tr:
    "| acaba ama bana bazı ben beni benim bir biz bizim bu bunu burada çok da daha de değil diye en gibi göre ha hangi hangisi hem her hiç için ile ise kaç kadar " +
    "kez ki kim kime kimdir kimin mı mi midir mu mü mıdır nasıl ne neden nedir nerede nereden nereli nereye nelerdir neler niçin niye o olan olarak oldu olur on ona onlar onu onun orada sana " +
    "sen seni senin siz sizin şey şu tarafından tüm ya yani var var mı ve veya yok zaman",
};

interface Owner {
  readonly language: Language;
  readonly weight: number;
}

/** Made at the first question: the start of the app does not wait for it. */
let made: ReadonlyMap<string, readonly Owner[]> | undefined;
const ownersOf = (word: string): readonly Owner[] => (made ??= makeOwners()).get(word) ?? [];

const makeOwners = (): ReadonlyMap<string, readonly Owner[]> => {
  const owners = new Map<string, Owner[]>();
  for (const [language, listed] of Object.entries(functionWords) as [LatinLanguage, string][]) {
    const [articles = "", others = ""] = listed.split("|");
    const weights = new Map([
      ...wordsIn(others).map((word) => [word, 1] as const),
      ...wordsIn(articles).map((word) => [word, 0.5] as const),
    ]);
    for (const [word, weight] of weights)
      owners.set(word, [...(owners.get(word) ?? []), { language, weight }]);
  }
  return owners;
};

const wordsIn = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== "");
