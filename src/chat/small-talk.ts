export type SmallTalk = "greeting" | "thanks" | "goodbye" | "who-are-you";

/**
 * What a question is that is nothing but a greeting, thanks, a goodbye or "who are you?"; undefined where a single
 * word is left over, since what is left may be a question. Words of `subject` may stand beside ("Hi Ada!").
 */
export const smallTalkOf = (question: string, subject?: string): SmallTalk | undefined => {
  if (question.length > maxCharacters) return undefined;
  const words = wordsOf(question);
  const names = new Set(wordsOf(subject ?? ""));
  const found = new Set<SmallTalk>();
  for (let place = 0; place < words.length;) {
    const phrase = phraseAt(words, place);
    if (!phrase && !names.has(words[place] ?? "")) return undefined;
    if (phrase && phrase.kind !== "beside") found.add(phrase.kind);
    place += phrase?.length ?? 1;
  }
  return order.find((kind) => found.has(kind));
};

/** "Hi, who are you?", "Thanks, bye!", "Good morning and thank you": what asks for most is answered. */
const order: readonly SmallTalk[] = ["who-are-you", "goodbye", "thanks", "greeting"];

/** Longer texts say more than hello. */
const maxCharacters = 80;

interface Phrase {
  readonly kind: SmallTalk | "beside";
  readonly length: number;
}

const phraseAt = (words: readonly string[], place: number): Phrase | undefined => {
  const { kinds, maxWords } = phrases();
  for (let length = Math.min(maxWords, words.length - place); length > 0; length -= 1) {
    const kind = kinds.get(words.slice(place, place + length).join(" "));
    if (kind) return { kind, length };
  }
  return undefined;
};

/** Each sign of Chinese and Japanese is a word, since no blanks part theirs. */
const wordsOf = (text: string): readonly string[] => folded(text).match(word) ?? [];

const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー])[\p{L}\p{N}_])+/gu;

/** Without accents, which visitors leave out. German "Sie" is marked: "Wer sind sie?" asks for others. */
const folded = (text: string): string =>
  text
    .replaceAll(smileys, " ")
    .replaceAll(/\bSie\b/g, "sie_")
    .toLowerCase()
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .replaceAll("ł", "l")
    .replaceAll("ı", "i")
    // "hiii", "heyyyy"
    .replaceAll(/([a-z])\1{2,}/g, "$1");

/** ":)", ";-D", "<3", "xD": their letters are no words. */
const smileys = /[:;=][-']?[dpo()3*](?!\w)|<3|\bx+d\b/gi;

/** By kind, then by language: en, de, es, fr, it, pt, nl, pl, sv, tr, ar, he, zh, ja. */
const listed: Readonly<Record<Phrase["kind"], string>> = {
  greeting: `
    hi, hello, hey, hallo, hiya, howdy, helo, hullo, heya, greetings, good morning, good afternoon, good evening, good day,
    hi there, hello there, hey there, how are you, how are you doing, how r u, how are u, how do you do, how is it going,
    how's it going, what's up, whats up, wassup, nice to meet you, pleased to meet you, are you there, anybody there, anyone there,
    is anyone there, is anybody there
    | guten tag, guten morgen, guten abend, hallo, moin, moin moin, servus, grüß gott, grüezi, grüß dich, grüß Sie, wie geht's, wie gehts,
    wie geht es dir, wie geht es Ihnen, schönen guten tag, schönen guten morgen, schönen guten abend, hallöchen, tag auch
    | hola, buenos días, buen día, buenas tardes, buenas noches, buenas, qué tal, cómo estás, cómo está, cómo está usted, qué tal estás, mucho gusto, saludos
    | bonjour, bonsoir, salut, coucou, ça va, comment ça va, comment allez-vous, comment vas-tu, enchanté, enchantée
    | ciao, buongiorno, buon giorno, buonasera, buona sera, buon pomeriggio, come stai, come sta, come va, piacere di conoscerti
    | olá, oi, bom dia, boa tarde, boa noite, tudo bem, tudo bom, como vai, como está, como você está, oi tudo bem, e aí
    | hoi, goedemorgen, goedemiddag, goedenavond, goeiemorgen, goedendag, goede morgen, goede middag, goede avond, hoe gaat het, hoe gaat het met je,
    hoe gaat het met u, hoe is het
    | cześć, dzień dobry, dobry wieczór, hej, siema, witam, witaj, jak się masz, co słychać, jak leci
    | hej, hejsan, hej hej, hallå, god morgon, god dag, god kväll, god afton, tjena, tja, hur mår du, hur är läget
    | merhaba, merhabalar, selam, selamlar, günaydın, iyi günler, iyi akşamlar, nasılsın, nasılsınız, selamün aleyküm, naber, ne haber
    | مرحبا, مرحبًا, أهلا, اهلا, أهلا وسهلا, أهلًا وسهلًا, السلام عليكم, السلام عليكم ورحمة الله, السلام عليكم ورحمة الله وبركاته, صباح الخير, مساء الخير, كيف حالك, كيف الحال, هلا, هاي
    | שלום, היי, הי, הלו, בוקר טוב, ערב טוב, צהריים טובים, אהלן, שלום לך, מה שלומך, מה נשמע, מה קורה
    | 你好, 您好, 你们好, 大家好, 早上好, 早安, 上午好, 中午好, 下午好, 晚上好, 嗨, 哈喽, 哈囉, 你好吗, 你好嗎, 您好吗, 你好啊, 你好呀, 在吗, 在嗎
    | こんにちは, こんにちわ, おはよう, おはようございます, こんばんは, こんばんわ, やあ, はじめまして, 初めまして, ハロー, もしもし, お元気ですか, 元気ですか, 元気, どうも, よろしく, よろしくお願いします
  `,
  thanks: `
    thanks, thank you, thank u, thx, thnx, tnx, thanx, ty, tysm, tks, thnaks, thanks you, many thanks, thanks a lot, thanks a million, thanks a bunch, thanks so much,
    thanks very much, thank you so much, thank you very much, thanks for your help, thank you for your help, thanks for the help, thank you for the help,
    thanks for that, thanks for the info, thanks for the information, thanks for answering, thank you for answering, thank you for your time, thanks for your time,
    thank you for the information, that was helpful, that helped, that helps, that's helpful, very helpful, much appreciated, i appreciate it, appreciate it, cheers
    | danke, danke schön, danke sehr, dankeschön, vielen dank, herzlichen dank, besten dank, tausend dank, danke dir, danke Ihnen, danke für die hilfe, danke für deine hilfe,
    vielen dank für die hilfe, vielen dank für Ihre hilfe, danke für Ihre hilfe, danke für die auskunft, danke für die antwort, merci, merci vielmals
    | gracias, muchas gracias, mil gracias, muchísimas gracias, gracias por la ayuda, gracias por tu ayuda, gracias por su ayuda, muchas gracias por su ayuda, se lo agradezco, te lo agradezco
    | merci, merci beaucoup, merci bien, mille mercis, merci à vous, merci à toi, merci pour votre aide, merci pour ton aide, un grand merci
    | grazie, grazie mille, molte grazie, tante grazie, grazie tante, mille grazie, ti ringrazio, la ringrazio, grazie dell'aiuto, grazie per l'aiuto
    | obrigado, obrigada, muito obrigado, muito obrigada, valeu, agradeço, obrigado pela ajuda, obrigada pela ajuda
    | bedankt, dank je, dank je wel, dank u, dank u wel, dankjewel, dankuwel, hartelijk dank, heel erg bedankt, hartelijk bedankt, bedankt voor de hulp, bedankt voor je hulp, veel dank
    | dziękuję, dzięki, dziękuję bardzo, bardzo dziękuję, wielkie dzięki, dzięki wielkie, dziękuję za pomoc, dzięki za pomoc, serdecznie dziękuję
    | tack så mycket, tack så hemskt mycket, tusen tack, stort tack, tackar, tack ska du ha, tack för hjälpen, tack för svaret, tack för det, ok tack, okej tack, nej tack, ja tack
    | teşekkürler, teşekkür ederim, çok teşekkürler, çok teşekkür ederim, sağ ol, sağ olun, sağol, sağolun, teşekkür ederiz, eyvallah
    | شكرا, شكرًا, شكرا لك, شكرا جزيلا, شكرًا جزيلًا, شكرا كثيرا, ألف شكر, شكرا لكم, مشكور, شكرا على المساعدة
    | תודה, תודה רבה, תודה לך, המון תודה, תודה על העזרה, תודה לכם, רוב תודות
    | 谢谢, 謝謝, 谢谢你, 謝謝你, 谢谢您, 多谢, 多謝, 非常感谢, 非常感謝, 感谢, 感謝, 谢谢你的帮助, 谢谢您的帮助, 太谢谢了, 谢了
    | ありがとう, ありがとうございます, ありがとうございました, どうもありがとう, どうもありがとうございます, どうもありがとうございました, 有難う, 有難うございます, 感謝します, サンキュー, 助かりました
  `,
  goodbye: `
    bye, bye bye, goodbye, good bye, see you, see ya, see you later, see you soon, cya, have a nice day, have a good day, have a great day, have a good one, have a nice evening,
    take care, good night, until next time, see you next time, bye for now, that's all, that is all
    | tschüss, tschüß, tschüs, tschau, auf wiedersehen, auf wiederschauen, bis bald, bis später, bis dann, bis zum nächsten mal, gute nacht, schönen tag noch, schönen tag,
    einen schönen tag noch, einen schönen tag, schönen abend noch, mach's gut, machs gut, tschuess
    | adiós, hasta luego, hasta pronto, hasta mañana, hasta la vista, nos vemos, chao, que tengas un buen día, que tenga un buen día
    | au revoir, à bientôt, à plus, à plus tard, à demain, bonne journée, bonne soirée, bonne nuit, adieu
    | arrivederci, a presto, a dopo, ci vediamo, addio, buona giornata, buona serata, buonanotte, buona notte
    | tchau, adeus, até logo, até mais, até breve, até amanhã, tenha um bom dia
    | tot ziens, doei, dag, daag, tot later, tot straks, tot snel, tot de volgende keer, fijne dag, fijne dag nog, goede nacht, welterusten
    | do widzenia, do zobaczenia, na razie, pa pa, dobranoc, miłego dnia, żegnaj, trzymaj się
    | hej då, hejdå, adjö, vi ses, ha det bra, ha det, god natt, ha en bra dag, ha en fin dag
    | hoşça kal, hoşça kalın, hoşçakal, hoşçakalın, güle güle, görüşürüz, görüşmek üzere, iyi geceler, kendine iyi bak, allahaısmarladık
    | مع السلامة, وداعا, وداعًا, إلى اللقاء, الى اللقاء, في أمان الله, تصبح على خير, باي
    | להתראות, ביי, ביי ביי, שלום ולהתראות, לילה טוב, יום טוב, המשך יום טוב, יום נעים, נתראה
    | 再见, 再見, 拜拜, 回头见, 明天见, 下次见, 晚安, 回见
    | さようなら, さよなら, またね, じゃあね, じゃあまた, じゃまた, では また, バイバイ, おやすみ, おやすみなさい, また明日, 失礼します
  `,
  "who-are-you": `
    who are you, who r u, who are u, who're you, what are you, what r u, who am i talking to, who am i talking with, who am i speaking to, who am i speaking with, who are you exactly,
    what are you exactly, what exactly are you, who exactly are you, are you a bot, are you a robot, are you a human, are you human, are you a person, are you a real person, are you real, are you a machine,
    are you a program, are you an ai, are you ai, are you a chatbot, are you chatgpt, are you a human or a bot, are you a bot or a human,
    is this a bot, is this a chatbot, is this an ai, is this a real person, am i talking to a bot, am i talking to a robot, am i talking to a human, am i talking to a person,
    am i talking to a real person, am i talking to an ai, am i chatting with a bot, introduce yourself, please introduce yourself, tell me who you are,
    can you introduce yourself, what can i ask, what can i ask you, what can i ask here, what should i ask, what should i ask you
    | wer bist du, wer sind Sie, was bist du, was sind Sie, wer bist du denn, bist du ein bot, sind Sie ein bot, bist du ein roboter, sind Sie ein roboter, bist du ein mensch, sind Sie ein mensch,
    bist du echt, bist du eine ki, sind Sie eine ki, bist du ein chatbot, mit wem spreche ich, mit wem rede ich, mit wem schreibe ich, spreche ich mit einem bot, was kann ich dich fragen, was kann ich Sie fragen,
    was kann ich fragen, was kann ich hier fragen, stell dich vor, stellen Sie sich vor, stell dich bitte vor
    | quién eres, quién eres tú, quién es usted, quién sos, qué eres, eres un bot, eres un robot, es usted un robot, eres humano, eres humana, eres una persona, eres real, eres una ia, eres una persona real, con quién hablo,
    con quién estoy hablando, preséntate, qué puedo preguntar, qué te puedo preguntar, qué puedo preguntarte
    | qui es-tu, qui êtes-vous, tu es qui, t'es qui, vous êtes qui, qu'es-tu, es-tu un robot, es-tu un bot, êtes-vous un robot, êtes-vous un bot, es-tu humain, êtes-vous humain, es-tu une ia, êtes-vous une ia, à qui je parle, à qui ai-je affaire,
    présente-toi, présentez-vous, que puis-je demander, que puis-je te demander, que puis-je vous demander
    | chi sei, chi siete, cosa sei, che cosa sei, sei un bot, sei un robot, sei umano, sei una persona, sei una persona reale, sei un'ia, sei reale, con chi parlo, con chi sto parlando, presentati, cosa posso chiedere, cosa posso chiederti
    | quem é você, quem é vc, quem és tu, quem és, o que é você, o que és, você é um robô, você é um bot, és um robô, você é humano, você é uma pessoa, você é real, você é uma ia, com quem estou falando, com quem falo,
    o que posso perguntar, apresente-se
    | wie ben je, wie ben jij, wie bent u, wat ben je, wat ben jij, wat bent u, ben je een bot, ben je een robot, ben jij een robot, ben jij een bot, bent u een robot, ben je een mens, ben je echt, met wie praat ik, met wie spreek ik, wat kan ik vragen,
    wat kan ik je vragen, stel jezelf voor
    | kim jesteś, kto ty jesteś, kim ty jesteś, kim pan jest, kim pani jest, czym jesteś, jesteś botem, czy jesteś botem, jesteś robotem, czy jesteś robotem, jesteś człowiekiem, czy jesteś człowiekiem, z kim rozmawiam, o co mogę zapytać,
    o co mogę pytać, przedstaw się
    | vem är du, vad är du, vem är ni, är du en bot, är du en robot, är du människa, är du en människa, är du en ai, är du på riktigt, vem pratar jag med, vem talar jag med, vad kan jag fråga, vad kan jag fråga dig, presentera dig
    | sen kimsin, kimsin, kimsin sen, siz kimsiniz, kimsiniz, sen nesin, nesin sen, bot musun, sen bot musun, robot musun, sen robot musun, sen bir robot musun, robot musunuz, insan mısın, sen insan mısın, yapay zeka mısın, kiminle konuşuyorum, ne sorabilirim, kendini tanıt
    | من أنت, من انت, من أنتِ, من انتم, من أنتم, مين انت, مين انتي, ما أنت, ما انت, هل أنت روبوت, هل انت روبوت, هل أنت إنسان, هل انت انسان, هل أنت بوت, انت روبوت, مع من أتحدث, مع من اتكلم, عرف نفسك, عرّف بنفسك, ماذا يمكنني أن أسأل
    | מי אתה, מי את, מי אתם, מה אתה, מה את, אתה בוט, האם אתה בוט, אתה רובוט, האם אתה רובוט, את רובוט, את בוט, אתה בן אדם, אתה אמיתי, עם מי אני מדבר, עם מי אני מדברת, מה אפשר לשאול, מה אפשר לשאול אותך
    | 你是谁, 你是誰, 您是谁, 您是誰, 您是哪位, 你是哪位, 你是什么, 你是什麼, 你是机器人吗, 你是機器人嗎, 您是机器人吗, 你是人吗, 你是人嗎, 你是真人吗, 你是真人嗎, 你是ai吗, 你是人工智能吗, 我在和谁说话, 我能问什么, 我可以问什么, 介绍一下你自己, 自我介绍一下, 请自我介绍
    | あなたは誰, あなたは誰ですか, あなたはだれ, あなたはだれですか, あなたはどなたですか, 君は誰, きみは誰, お前は誰, あなたは何, あなたは何ですか, どちら様ですか, ボットですか, あなたはボットですか, ロボットですか, あなたはロボットですか, 人間ですか, あなたは人間ですか, あなたはaiですか, aiですか, 自己紹介して,
    自己紹介してください, 何を聞けますか, 何が聞けますか
  `,
  // say nothing by themselves, and stand beside what does
  beside: `
    and, ok, okay, oh, well, so, then, please, again, everyone, everybody, all, guys, folks, bot, chatbot, robot, assistant, sir, madam, mate, buddy, friend, my friend, dear, to you, to you too, you too, yes, no,
    great, perfect, nice, cool, awesome, super, wonderful, got it, i see, all right, alright, lol, haha, too, for your help, for the help,
    for your time, for your answer, for the answer, for answering, for that, for the info, for the information
    | und, also, dann, mal, denn, gut, prima, toll, alles klar, zusammen, allerseits, ja, nein, auch, nochmal, sehr
    | y, pues, entonces, vale, bueno, perfecto, genial, a todos, amigo, sí, de nuevo
    | et, alors, bon, d'accord, parfait, à tous, super, oui, non, bien
    | va bene, perfetto, allora, bene, a tutti, sì
    | tudo, perfeito, então, ótimo, sim, pessoal, gente
    | goed, prima, oké, allemaal, ja, nee, hoor, alvast
    | dobra, super, wszystkim, tak, świetnie
    | okej, bra, toppen, alla, allihopa
    | tamam, peki, çok iyi, harika, herkese, evet
    | حسنا, حسنًا, تمام, ممتاز, نعم, يا صديقي, جدا
    | אוקיי, מצוין, מעולה, יופי, כן, לכולם
    | 好的, 好, 啊, 呀, 吗, 嗎, 请问, 請問, 嗯, 哦
    | はい, では, じゃあ, ね, よ, わかりました, 分かりました, すみません
  `,
};

interface Phrases {
  readonly kinds: ReadonlyMap<string, Phrase["kind"]>;
  readonly maxWords: number;
}

/** Made at the first question: the start of the app does not wait for it. */
let made: Phrases | undefined;
const phrases = (): Phrases => (made ??= makePhrases());

const makePhrases = (): Phrases => {
  const listedPhrases = Object.entries(listed).flatMap(([kind, text]) =>
    folded(text)
      .split(/[,|\n]/)
      .map((phrase) => ({ kind: kind as Phrase["kind"], words: phrase.match(word) ?? [] })),
  );
  return {
    kinds: new Map(listedPhrases.map(({ kind, words }) => [words.join(" "), kind])),
    maxWords: Math.max(...listedPhrases.map(({ words }) => words.length)),
  };
};
