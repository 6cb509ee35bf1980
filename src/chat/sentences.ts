import type { Language } from "../shared/language-of-text.ts";

/** What the server itself says to visitors; all else in an answer is the owner's text or a model's. */
export interface Sentences {
  /** Before an answer that may not be one. */
  readonly closest: string;
  /** Nothing was found. `subject` is undefined where the owner named none, here and below. */
  readonly nothing: (subject: string | undefined) => string;
  /** Nothing was found, and not everything could be searched. */
  readonly degraded: string;
  readonly filtered: string;
  readonly greeting: (subject: string | undefined) => string;
  /** Answers thanks. */
  readonly thanks: string;
  readonly goodbye: string;
  /** Answers "who are you?" and "are you a bot?", so it says that a program speaks. */
  readonly whoAreYou: (subject: string | undefined) => string;
  /** Before questions that have an answer. */
  readonly youMayAsk: string;
  readonly contact: (contact: string) => string;
  /** Behind a list that is not whole. */
  readonly cut: (shown: number, of: number) => string;
  /** The files are in another language than the question; `files` is the BCP 47 tag of theirs, if known. */
  readonly otherLanguage: (files?: string) => string;
}

/** The sentences in a language, in English where there are none. */
export const sentencesFor = (language: string): Sentences =>
  Object.hasOwn(sentencesIn, language) ? sentencesIn[language as Language] : sentencesIn.en;

/*
 * Polite where a language has a polite form, as in src/web/texts. Subjects, contacts and names of languages are
 * put where a word in its basic form is right: their cases and articles are not known.
 */
export const sentencesIn: Readonly<Record<Language, Sentences>> = {
  en: {
    closest: "This is the closest I have:",
    nothing: (subject) =>
      `I have nothing on this in what I was given${subject ? ` about ${subject}` : ""}. Try to ask in other words, or about something else.`,
    degraded:
      "I could not look everywhere just now, and found nothing on this in the rest. Please try again in a moment.",
    filtered:
      "I cannot answer this one: a content filter stopped the question or its answer. Filters err at times; try to put it in other words, or ask about something else.",
    greeting: (subject) =>
      subject ? `Hello! Ask me anything about ${subject}.` : "Hello! What would you like to know?",
    thanks: "You are welcome!",
    goodbye: "Goodbye!",
    whoAreYou: (subject) =>
      subject
        ? `I am a program. I answer questions about ${subject}, from the files that I was given.`
        : "I am a program. I answer questions from the files that I was given.",
    youMayAsk: "You can ask, for example:",
    contact: (contact) => `Or ask directly: ${contact}`,
    cut: (shown, of) => `${of} items, of which ${shown} ${shown === 1 ? "is" : "are"} shown`,
    otherLanguage: (files) =>
      `The files that I was given are in another language than your question${named("en", files)}. Please ask in theirs.`,
  },
  de: {
    closest: "Das kommt Ihrer Frage am nächsten:",
    nothing: (subject) =>
      `Dazu steht nichts in dem, was mir ${subject ? `über ${subject} ` : ""}vorliegt. Bitte fragen Sie mit anderen Worten oder nach etwas anderem.`,
    degraded:
      "Gerade ließ sich nicht alles durchsuchen, und im Rest steht nichts dazu. Bitte versuchen Sie es gleich noch einmal.",
    filtered:
      "Das ist hier nicht zu beantworten: Ein Inhaltsfilter hat die Frage oder die Antwort gestoppt. Filter irren sich manchmal; bitte fragen Sie mit anderen Worten oder nach etwas anderem.",
    greeting: (subject) =>
      subject
        ? `Guten Tag! Fragen Sie mich, was Sie über ${subject} wissen möchten.`
        : "Guten Tag! Was möchten Sie wissen?",
    thanks: "Gern geschehen!",
    goodbye: "Auf Wiedersehen!",
    whoAreYou: (subject) =>
      subject
        ? `Ich bin ein Programm. Ich beantworte Fragen über ${subject} aus den Dateien, die mir vorliegen.`
        : "Ich bin ein Programm. Ich beantworte Fragen aus den Dateien, die mir vorliegen.",
    youMayAsk: "Sie können zum Beispiel fragen:",
    contact: (contact) => `Oder fragen Sie direkt: ${contact}`,
    cut: (shown, of) => `${of} Einträge, davon ${shown} gezeigt`,
    otherLanguage: (files) =>
      `Die Dateien, die mir vorliegen, sind in einer anderen Sprache als Ihre Frage${named("de", files)}. Bitte fragen Sie in dieser Sprache.`,
  },
  es: {
    closest: "Esto es lo más cercano que tengo:",
    nothing: (subject) =>
      `No hay nada al respecto en lo que tengo${subject ? ` sobre ${subject}` : ""}. Pregunte con otras palabras o sobre otra cosa.`,
    degraded:
      "Ahora no se pudo buscar en todas partes, y en el resto no hay nada al respecto. Inténtelo de nuevo en un momento.",
    filtered:
      "No puedo responder a esto: un filtro de contenido detuvo la pregunta o la respuesta. A veces los filtros se equivocan; pregunte con otras palabras o sobre otra cosa.",
    greeting: (subject) =>
      subject ? `¡Hola! Pregúnteme lo que quiera sobre ${subject}.` : "¡Hola! ¿Qué quiere saber?",
    thanks: "¡De nada!",
    goodbye: "¡Hasta luego!",
    whoAreYou: (subject) =>
      subject
        ? `Soy un programa. Respondo a preguntas sobre ${subject} a partir de los archivos que me dieron.`
        : "Soy un programa. Respondo a preguntas a partir de los archivos que me dieron.",
    youMayAsk: "Puede preguntar, por ejemplo:",
    contact: (contact) => `O pregunte directamente: ${contact}`,
    cut: (shown, of) => `${of} elementos, de los que se ${shown === 1 ? "muestra" : "muestran"} ${shown}`,
    otherLanguage: (files) =>
      `Los archivos que me dieron están en otro idioma que su pregunta${named("es", files)}. Pregunte en ese idioma, por favor.`,
  },
  fr: {
    closest: "Voici ce que j’ai de plus proche :",
    nothing: (subject) =>
      `Il n’y a rien là-dessus dans ce que j’ai${subject ? ` sur ${subject}` : ""}. Essayez avec d’autres mots ou posez une autre question.`,
    degraded:
      "Je n’ai pas pu chercher partout à l’instant, et le reste ne contient rien là-dessus. Veuillez réessayer dans un moment.",
    filtered:
      "Je ne peux pas répondre à cela : un filtre de contenu a arrêté la question ou la réponse. Les filtres se trompent parfois ; essayez avec d’autres mots ou posez une autre question.",
    greeting: (subject) =>
      subject
        ? `Bonjour ! Posez-moi toutes vos questions sur ${subject}.`
        : "Bonjour ! Que souhaitez-vous savoir ?",
    thanks: "Je vous en prie !",
    goodbye: "Au revoir !",
    whoAreYou: (subject) =>
      subject
        ? `Je suis un programme. Je réponds aux questions sur ${subject} à partir des fichiers qu’on m’a donnés.`
        : "Je suis un programme. Je réponds aux questions à partir des fichiers qu’on m’a donnés.",
    youMayAsk: "Vous pouvez demander, par exemple :",
    contact: (contact) => `Ou demandez directement : ${contact}`,
    cut: (shown, of) => `${of} éléments, dont ${shown} ${shown === 1 ? "affiché" : "affichés"}`,
    otherLanguage: (files) =>
      `Les fichiers qu’on m’a donnés sont dans une autre langue que votre question${named("fr", files)}. Veuillez la poser dans cette langue.`,
  },
  it: {
    closest: "Questo è ciò che ho di più vicino:",
    nothing: (subject) =>
      `Non c’è nulla al riguardo in ciò che ho${subject ? ` su ${subject}` : ""}. Provi a chiedere con altre parole o qualcos’altro.`,
    degraded:
      "In questo momento non è stato possibile cercare ovunque, e nel resto non c’è nulla al riguardo. Riprovi tra un momento.",
    filtered:
      "Non posso rispondere a questa domanda: un filtro dei contenuti ha fermato la domanda o la risposta. A volte i filtri sbagliano; provi a chiedere con altre parole o qualcos’altro.",
    greeting: (subject) =>
      subject
        ? `Buongiorno! Mi chieda quello che vuole su ${subject}.`
        : "Buongiorno! Che cosa vuole sapere?",
    thanks: "Prego!",
    goodbye: "Arrivederci!",
    whoAreYou: (subject) =>
      subject
        ? `Sono un programma. Rispondo a domande su ${subject} in base ai file che mi hanno dato.`
        : "Sono un programma. Rispondo a domande in base ai file che mi hanno dato.",
    youMayAsk: "Può chiedere, per esempio:",
    contact: (contact) => `Oppure chieda direttamente: ${contact}`,
    cut: (shown, of) => `${of} elementi, di cui ${shown} ${shown === 1 ? "mostrato" : "mostrati"}`,
    otherLanguage: (files) =>
      `I file che mi hanno dato sono in una lingua diversa dalla Sua domanda${named("it", files)}. Chieda in quella lingua, per favore.`,
  },
  pt: {
    closest: "Isto é o mais próximo que tenho:",
    nothing: (subject) =>
      `Não há nada a esse respeito no que tenho${subject ? ` sobre ${subject}` : ""}. Pergunte com outras palavras ou sobre outra coisa.`,
    degraded:
      "Agora não foi possível procurar em toda parte, e no resto não há nada a esse respeito. Tente de novo daqui a pouco.",
    filtered:
      "Não posso responder a isto: um filtro de conteúdo parou a pergunta ou a resposta. Às vezes os filtros erram; pergunte com outras palavras ou sobre outra coisa.",
    greeting: (subject) =>
      subject ? `Olá! Pergunte o que quiser sobre ${subject}.` : "Olá! O que gostaria de saber?",
    thanks: "De nada!",
    goodbye: "Até logo!",
    whoAreYou: (subject) =>
      subject
        ? `Sou um programa. Respondo a perguntas sobre ${subject} a partir dos arquivos que me deram.`
        : "Sou um programa. Respondo a perguntas a partir dos arquivos que me deram.",
    youMayAsk: "Pode perguntar, por exemplo:",
    contact: (contact) => `Ou pergunte diretamente: ${contact}`,
    cut: (shown, of) => `${of} itens, dos quais ${shown} ${shown === 1 ? "é mostrado" : "são mostrados"}`,
    otherLanguage: (files) =>
      `Os arquivos que me deram estão em outra língua que não a da sua pergunta${named("pt", files)}. Pergunte nessa língua, por favor.`,
  },
  nl: {
    closest: "Dit komt het dichtst bij uw vraag:",
    nothing: (subject) =>
      `Hierover staat niets in wat ik${subject ? ` over ${subject}` : ""} heb. Probeer het in andere woorden, of vraag iets anders.`,
    degraded: "Ik kon nu niet overal zoeken, en in de rest staat hier niets over. Probeer het zo nog eens.",
    filtered:
      "Hierop kan ik geen antwoord geven: een inhoudsfilter hield de vraag of het antwoord tegen. Filters vergissen zich soms; probeer het in andere woorden, of vraag iets anders.",
    greeting: (subject) => (subject ? `Hallo! Vraag me alles over ${subject}.` : "Hallo! Wat wilt u weten?"),
    thanks: "Graag gedaan!",
    goodbye: "Tot ziens!",
    whoAreYou: (subject) =>
      subject
        ? `Ik ben een programma. Ik beantwoord vragen over ${subject} aan de hand van de bestanden die ik heb gekregen.`
        : "Ik ben een programma. Ik beantwoord vragen aan de hand van de bestanden die ik heb gekregen.",
    youMayAsk: "U kunt bijvoorbeeld vragen:",
    contact: (contact) => `Of vraag het direct: ${contact}`,
    cut: (shown, of) => `${of} items, waarvan er ${shown} ${shown === 1 ? "wordt" : "worden"} getoond`,
    otherLanguage: (files) =>
      `De bestanden die ik heb gekregen zijn in een andere taal dan uw vraag${named("nl", files)}. Stel uw vraag in die taal.`,
  },
  pl: {
    closest: "Oto najbliższe, co mam:",
    nothing: (subject) =>
      `Nie ma nic na ten temat w tym, co mam${subject ? ` (${subject})` : ""}. Proszę zapytać innymi słowami albo o coś innego.`,
    degraded:
      "W tej chwili nie udało się przeszukać wszystkiego, a w pozostałych materiałach nie ma nic na ten temat. Proszę spróbować ponownie za chwilę.",
    filtered:
      "Nie mogę na to odpowiedzieć: filtr treści zatrzymał pytanie lub odpowiedź. Filtry czasem się mylą; proszę zapytać innymi słowami albo o coś innego.",
    greeting: (subject) =>
      subject
        ? `Dzień dobry! Proszę pytać o wszystko na temat: ${subject}.`
        : "Dzień dobry! W czym mogę pomóc?",
    thanks: "Nie ma za co!",
    goodbye: "Do widzenia!",
    whoAreYou: (subject) =>
      subject
        ? `Jestem programem. Odpowiadam na pytania na podstawie plików, które mi dano. Temat: ${subject}.`
        : "Jestem programem. Odpowiadam na pytania na podstawie plików, które mi dano.",
    youMayAsk: "Można zapytać na przykład:",
    contact: (contact) => `Można też zapytać bezpośrednio: ${contact}`,
    cut: (shown, of) => `Liczba pozycji: ${of}, pokazano: ${shown}`,
    otherLanguage: (files) =>
      `Pliki, które mi dano, są w innym języku niż pytanie${named("pl", files)}. Proszę zapytać w tym języku.`,
  },
  sv: {
    closest: "Det här är det närmaste jag har:",
    nothing: (subject) =>
      `Jag har inget om detta i det jag har fått${subject ? ` om ${subject}` : ""}. Försök med andra ord, eller fråga om något annat.`,
    degraded:
      "Det gick inte att söka överallt just nu, och i resten finns inget om detta. Försök igen om en stund.",
    filtered:
      "Jag kan inte svara på detta: ett innehållsfilter stoppade frågan eller svaret. Filter tar fel ibland; försök med andra ord, eller fråga om något annat.",
    greeting: (subject) =>
      subject ? `Hej! Fråga mig vad som helst om ${subject}.` : "Hej! Vad vill du veta?",
    thanks: "Varsågod!",
    goodbye: "Hej då!",
    whoAreYou: (subject) =>
      subject
        ? `Jag är ett program. Jag svarar på frågor om ${subject} utifrån de filer jag har fått.`
        : "Jag är ett program. Jag svarar på frågor utifrån de filer jag har fått.",
    youMayAsk: "Du kan till exempel fråga:",
    contact: (contact) => `Eller fråga direkt: ${contact}`,
    cut: (shown, of) => `${of} poster, varav ${shown} visas`,
    otherLanguage: (files) =>
      `Filerna jag har fått är på ett annat språk än din fråga${named("sv", files)}. Fråga gärna på det språket.`,
  },
  tr: {
    closest: "Elimdeki en yakın bilgi bu:",
    nothing: (subject) =>
      `${subject ? `${subject} hakkında elimde olanlarda` : "Elimde olanlarda"} bununla ilgili bir şey yok. Başka sözcüklerle ya da başka bir konuda sorabilirsiniz.`,
    degraded:
      "Şu anda her yerde arama yapılamadı, kalan yerlerde de bununla ilgili bir şey yok. Lütfen birazdan yeniden deneyin.",
    filtered:
      "Buna yanıt veremiyorum: bir içerik filtresi soruyu ya da yanıtı durdurdu. Filtreler bazen yanılır; başka sözcüklerle ya da başka bir konuda sorabilirsiniz.",
    greeting: (subject) =>
      subject
        ? `Merhaba! ${subject} hakkında istediğinizi sorabilirsiniz.`
        : "Merhaba! Ne öğrenmek istersiniz?",
    thanks: "Rica ederim!",
    goodbye: "Hoşça kalın!",
    whoAreYou: (subject) =>
      subject
        ? `Ben bir programım. ${subject} hakkındaki soruları bana verilen dosyalardan yanıtlıyorum.`
        : "Ben bir programım. Soruları bana verilen dosyalardan yanıtlıyorum.",
    youMayAsk: "Örneğin şunları sorabilirsiniz:",
    contact: (contact) => `Ya da doğrudan sorun: ${contact}`,
    cut: (shown, of) => `${of} ögeden ${shown} tanesi gösteriliyor`,
    otherLanguage: (files) =>
      `Bana verilen dosyalar sorunuzdan başka bir dilde${named("tr", files)}. Lütfen o dilde sorun.`,
  },
  ar: {
    closest: "هذا أقرب ما لديّ:",
    nothing: (subject) =>
      `لا يوجد شيء عن هذا فيما لديّ${subject ? ` عن ${subject}` : ""}. يُرجى طرح السؤال بكلمات أخرى أو السؤال عن شيء آخر.`,
    degraded: "تعذّر البحث في كل مكان الآن، ولا يوجد شيء عن هذا في الباقي. يُرجى المحاولة مرة أخرى بعد قليل.",
    filtered:
      "لا يمكنني الإجابة عن هذا: أوقف مرشّح المحتوى السؤال أو الإجابة. تخطئ المرشّحات أحيانًا؛ يُرجى طرح السؤال بكلمات أخرى أو السؤال عن شيء آخر.",
    greeting: (subject) =>
      subject ? `مرحبًا! يمكن سؤالي عن أي شيء يخص ${subject}.` : "مرحبًا! كيف يمكنني المساعدة؟",
    thanks: "على الرحب والسعة!",
    goodbye: "مع السلامة!",
    whoAreYou: (subject) =>
      subject
        ? `أنا برنامج. أجيب عن الأسئلة حول ${subject} من الملفات التي أُعطيت لي.`
        : "أنا برنامج. أجيب عن الأسئلة من الملفات التي أُعطيت لي.",
    youMayAsk: "يمكن مثلًا طرح هذه الأسئلة:",
    contact: (contact) => `أو يمكن السؤال مباشرةً: ${contact}`,
    cut: (shown, of) => `عدد العناصر: ${of}، والمعروض منها: ${shown}`,
    otherLanguage: (files) =>
      `الملفات التي أُعطيت لي بلغة غير لغة السؤال${named("ar", files)}. يُرجى طرح السؤال بتلك اللغة.`,
  },
  he: {
    closest: "זה הדבר הקרוב ביותר שיש לי:",
    nothing: (subject) =>
      `אין לי דבר על כך במה שקיבלתי${subject ? ` על ${subject}` : ""}. אפשר לנסות לשאול במילים אחרות, או על משהו אחר.`,
    degraded: "כרגע לא היה אפשר לחפש בכל מקום, ובשאר אין דבר על כך. נא לנסות שוב בעוד רגע.",
    filtered:
      "אין באפשרותי לענות על כך: מסנן תוכן עצר את השאלה או את התשובה. מסננים טועים לפעמים; אפשר לנסות לשאול במילים אחרות, או על משהו אחר.",
    greeting: (subject) => (subject ? `שלום! אפשר לשאול אותי כל דבר על ${subject}.` : "שלום! מה תרצו לדעת?"),
    thanks: "בשמחה!",
    goodbye: "להתראות!",
    whoAreYou: (subject) =>
      subject
        ? `אני תוכנה. התשובות שלי לשאלות על ${subject} באות מהקבצים שקיבלתי.`
        : "אני תוכנה. התשובות שלי באות מהקבצים שקיבלתי.",
    youMayAsk: "אפשר לשאול, למשל:",
    contact: (contact) => `או לשאול ישירות: ${contact}`,
    cut: (shown, of) => `מספר הפריטים: ${of}, מתוכם מוצגים: ${shown}`,
    otherLanguage: (files) =>
      `הקבצים שקיבלתי הם בשפה אחרת משפת השאלה${named("he", files)}. נא לשאול בשפה שלהם.`,
  },
  zh: {
    closest: "这是我找到的最接近的内容：",
    nothing: (subject) =>
      `在我掌握的${subject ? `关于${subject}的` : ""}资料中，没有这方面的内容。请换个说法，或者问点别的。`,
    degraded: "刚才未能搜索全部资料，其余部分中没有这方面的内容。请稍后再试。",
    filtered: "这个问题我无法回答：内容过滤器拦截了问题或回答。过滤器有时会出错；请换个说法，或者问点别的。",
    greeting: (subject) => (subject ? `您好！关于${subject}，您可以随便问我。` : "您好！您想了解什么？"),
    thanks: "不客气！",
    goodbye: "再见！",
    whoAreYou: (subject) =>
      subject
        ? `我是一个程序，根据提供给我的文件回答关于${subject}的问题。`
        : "我是一个程序，根据提供给我的文件回答问题。",
    youMayAsk: "例如，您可以问：",
    contact: (contact) => `或者直接咨询：${contact}`,
    cut: (shown, of) => `共 ${of} 项，显示其中 ${shown} 项`,
    otherLanguage: (files) => `提供给我的文件与您的问题语言不同${named("zh", files)}。请用文件的语言提问。`,
  },
  ja: {
    closest: "最も近い内容はこちらです：",
    nothing: (subject) =>
      `${subject ? `${subject}についての` : ""}手元の資料には、これに関する内容がありません。別の言葉で、または別のことについてお尋ねください。`,
    degraded:
      "今はすべてを検索できず、残りの資料にはこれに関する内容がありませんでした。しばらくしてからもう一度お試しください。",
    filtered:
      "この質問にはお答えできません。コンテンツフィルターが質問または回答を止めました。フィルターは誤ることもあります。別の言葉で、または別のことについてお尋ねください。",
    greeting: (subject) =>
      subject
        ? `こんにちは。${subject}について、何でもお尋ねください。`
        : "こんにちは。何をお知りになりたいですか？",
    thanks: "どういたしまして。",
    goodbye: "さようなら。",
    whoAreYou: (subject) =>
      subject
        ? `私はプログラムです。${subject}についての質問に、渡されたファイルからお答えします。`
        : "私はプログラムです。質問に、渡されたファイルからお答えします。",
    youMayAsk: "たとえば、次のような質問ができます：",
    contact: (contact) => `または、直接お尋ねください：${contact}`,
    cut: (shown, of) => `全${of}件のうち${shown}件を表示しています`,
    otherLanguage: (files) =>
      `渡されたファイルは、ご質問とは別の言語で書かれています${named("ja", files)}。その言語でお尋ねください。`,
  },
};

/** In brackets, behind the sentence's words, since names of languages change with their place in a sentence. */
const named = (language: Language, tag: string | undefined): string => {
  const name = tag === undefined ? undefined : nameOfLanguage(language, tag);
  if (name === undefined) return "";
  return language === "zh" || language === "ja" ? `（${name}）` : ` (${name})`;
};

const nameOfLanguage = (language: Language, tag: string): string | undefined => {
  try {
    return new Intl.DisplayNames([language], { type: "language", fallback: "none" }).of(tag);
  } catch {
    // no tag of a language: the sentence stands without it
    return undefined;
  }
};
