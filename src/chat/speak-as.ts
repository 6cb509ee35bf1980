/**
 * A fact in the first person, where no model words the answer: "You can find me on GitHub: …". `keys` are the names on
 * the way to the value, as the file has them. A fact that is not surely about the speaker, or whose value does not fit
 * a sentence, reads "Label: value". The value is never changed.
 */
export const inFirstPerson = (keys: readonly string[], value: string): string => {
  const { name, above } = namesIn(keys);
  const labelled = `${labelOf(keys)}: ${value}`;
  if (!above.every(gathers)) return labelled;
  if (isOwnSentence(value)) return value;
  const brand =
    brandOf(name) ??
    (gatherings.has(plain(name)) || carriers.has(plain(name)) ? brandOfAddress(value) : undefined);
  if (brand) return ofBrand(brand, value) ?? labelled;
  const kind = kindOfKey(name);
  return (kind && wordings[kind](value, name)) ?? labelled;
};

/** What a fact is called, spelled right: "GitHub", "E-mail", "Date of birth", "Job title". */
export const labelOf = (keys: readonly string[]): string => {
  const { name } = namesIn(keys);
  return brandOf(name)?.label ?? labelOfName(name);
};

const labelOfName = (name: string): string => fixedLabels.get(plain(name)) ?? inWords(name);

/** Names of keys are compared without case, blanks and signs. */
const plain = (key: string): string => key.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

const listOf = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Keys that say nothing of the value: it is what the key above them says. */
const carriers = listOf("url link href value id handle username user account profile page text");

/** Keys that hold several things of one person, or the person. */
const gatherings = listOf(
  "profiles sameas social socials socialmedia links contact contacts contactpoint contactinfo contactdetails online accounts websites " +
    "person personal personalinfo personalinformation personaldetails me myself about aboutme profile basics basic info information bio " +
    "general identity card vcard owner details data facts address adr homeaddress",
);

/** The last key that says something of the value, and those above it, without places in lists and prefixes. */
const namesIn = (keys: readonly string[]): { readonly name: string; readonly above: readonly string[] } => {
  const names = keys
    .map((key) => key.replace(/^@|^\w+:(?=\w)/, "").trim())
    .filter((key) => !/^\d*$/.test(plain(key)));
  const [last = "", above = ""] = names.toReversed();
  const carried = carriers.has(plain(last)) && above !== "" && !gatherings.has(plain(above));
  return { name: carried ? above : last, above: names.slice(0, carried ? -2 : -1) };
};

/** `basic_identity` too: all its words are names of such. */
const gathers = (key: string): boolean =>
  gatherings.has(plain(key)) || key.split(/[^\p{L}\p{N}]+/u).every((word) => gatherings.has(plain(word)));

interface Brand {
  readonly label: string;
  readonly kind: "profile" | "messenger" | "music";
  /** A word of its own too ("medium: oil on canvas"): an address or a handle must say that the site is meant. */
  readonly ambiguous?: true;
}

const brands: ReadonlyMap<string, Brand> = (() => {
  const profile = (label: string): Brand => ({ label, kind: "profile" });
  const messenger = (label: string): Brand => ({ label, kind: "messenger" });
  return new Map<string, Brand>([
    ["facebook", profile("Facebook")],
    ["fb", profile("Facebook")],
    ["twitter", profile("Twitter")],
    ["x", { ...profile("X"), ambiguous: true }],
    ["instagram", profile("Instagram")],
    ["insta", profile("Instagram")],
    ["ig", profile("Instagram")],
    ["linkedin", profile("LinkedIn")],
    ["github", profile("GitHub")],
    ["gitlab", profile("GitLab")],
    ["codeberg", profile("Codeberg")],
    ["bitbucket", profile("Bitbucket")],
    ["youtube", profile("YouTube")],
    ["tiktok", profile("TikTok")],
    ["mastodon", profile("Mastodon")],
    ["bluesky", profile("Bluesky")],
    ["threads", { ...profile("Threads"), ambiguous: true }],
    ["xing", profile("XING")],
    ["snapchat", profile("Snapchat")],
    ["spotify", profile("Spotify")],
    ["soundcloud", profile("SoundCloud")],
    ["bandcamp", profile("Bandcamp")],
    ["applemusic", profile("Apple Music")],
    ["stackoverflow", profile("Stack Overflow")],
    ["leetcode", profile("LeetCode")],
    ["hackerrank", profile("HackerRank")],
    ["codeforces", profile("Codeforces")],
    ["kaggle", profile("Kaggle")],
    ["orcid", profile("ORCID")],
    ["googlescholar", profile("Google Scholar")],
    ["scholar", { ...profile("Google Scholar"), ambiguous: true }],
    ["researchgate", profile("ResearchGate")],
    ["medium", { ...profile("Medium"), ambiguous: true }],
    ["substack", profile("Substack")],
    ["devto", profile("DEV")],
    ["behance", profile("Behance")],
    ["dribbble", profile("Dribbble")],
    ["pinterest", profile("Pinterest")],
    ["reddit", profile("Reddit")],
    ["twitch", profile("Twitch")],
    ["flickr", profile("Flickr")],
    ["vimeo", profile("Vimeo")],
    ["goodreads", profile("Goodreads")],
    ["whatsapp", messenger("WhatsApp")],
    ["telegram", messenger("Telegram")],
    ["signal", { ...messenger("Signal"), ambiguous: true }],
    ["skype", messenger("Skype")],
    ["discord", messenger("Discord")],
    ["matrix", { ...messenger("Matrix"), ambiguous: true }],
  ]);
})();

/** "facebook_id", "my GitHub", "linkedinUrl", "Instagram handle" are the brand too. */
const brandOf = (key: string): Brand | undefined => {
  const name = plain(key);
  return brands.get(name) ?? unambiguous(name.replace(/^my/, "").replace(beside, ""));
};

const unambiguous = (name: string): Brand | undefined => {
  const brand = brands.get(name);
  return brand?.ambiguous ? undefined : brand;
};

const beside = /(?:url|link|id|handle|username|user|account|profile|page|name|channel|number)$/;

/** Of "https://www.linkedin.com/in/ada" under "profiles". */
const brandOfAddress = (value: string): Brand | undefined => {
  const host = /^https?:\/\/([^\s/?#]{1,253})/i.exec(value)?.[1]?.toLowerCase() ?? "";
  const [site = ""] = host.split(".").slice(-2);
  if (host === "scholar.google.com") return brands.get("scholar");
  if (host.endsWith(".medium.com") || host === "x.com") return brands.get(site);
  return /\.(?:com|org|net|social|app|tv)$/.test(host) ? brands.get(site) : undefined;
};

const ofBrand = ({ label, kind, ambiguous }: Brand, value: string): string | undefined => {
  const number = kind === "messenger" && isPhoneNumber(value);
  const pointing = number || (ambiguous ? /^(?:https?:\/\/|@)\S+$/i : /^\S+$/).test(value);
  if (!pointing || no.test(value)) return undefined;
  return `You can ${kind === "messenger" ? "reach" : "find"} me on ${label}: ${value}`;
};

type Kind =
  | "email"
  | "phone"
  | "name"
  | "residence"
  | "hometown"
  | "birthday"
  | "birthplace"
  | "age"
  | "nationality"
  | "job"
  | "employer"
  | "languages"
  | "mine";

/** Undefined where the value does not fit. */
type Wording = (value: string, key: string) => string | undefined;

const labelInSentence = (key: string): string => labelOfName(key).toLowerCase();

const wordings: Readonly<Record<Kind, Wording>> = {
  email: (value) => (/^[^\s@]+@[^\s@]+$/.test(value) ? `You can reach me by e-mail: ${value}` : undefined),
  phone: (value) => (isPhoneNumber(value) ? `You can call me: ${value}` : undefined),
  name: (value, key) => (isName(value) ? ended(`My ${labelInSentence(key)} is ${value}`) : undefined),
  residence: (value) => (isPlace(value) ? ended(`I live in ${theOf(value)}${value}`) : undefined),
  hometown: (value) => (isPlace(value) ? ended(`My home town is ${value}`) : undefined),
  birthday: (value) => {
    if (/^\d{4}$/.test(value)) return `I was born in ${value}.`;
    if (isDayAndYear(value)) return ended(`I was born on ${value}`);
    return isDay(value) ? ended(`My birthday is ${value}`) : undefined;
  },
  birthplace: (value) => (isPlace(value) ? ended(`I was born in ${theOf(value)}${value}`) : undefined),
  age: (value) => (/^\d{2,3}$/.test(value) ? `I am ${value} years old.` : undefined),
  nationality: (value) => (/^\p{Lu}[\p{L}-]+$/u.test(value) ? `My nationality is ${value}.` : undefined),
  job: (value, key) => {
    const article = articleOfJob(value);
    if (article !== undefined) return ended(`I work as ${article}${value}`);
    return plain(key) === "jobtitle" && isPhrase(value) ? ended(`My job title is ${value}`) : undefined;
  },
  employer: (value) =>
    isPhrase(value) && /^(?:the )?[\p{Lu}\d]/u.test(value) && !/[,;|]/.test(value)
      ? ended(`I work at ${value}`)
      : undefined,
  languages: (value) => (no.test(value) || isSentence(value) ? undefined : `Languages I speak: ${value}`),
  mine: (value, key) =>
    no.test(value) || isSentence(value) ? undefined : `My ${labelInSentence(key)}: ${value}`,
};

const kindOfKey = (key: string): Kind | undefined =>
  kinds.get(plain(key)) ?? kinds.get(plain(key).replace(/^my/, ""));

const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries({
    email: "email mail emailaddress emailid mailaddress",
    phone:
      "tel telephone phone phonenumber mobile mobilenumber mobilephone cell cellphone telephonenumber phoneno",
    name: "fn name fullname givenname firstname familyname lastname surname nickname",
    residence:
      "location city residence basedin homelocation addresslocality livesin currentcity currentlocation placeofresidence",
    hometown: "hometown",
    birthday: "bday birthday birthdate dob dateofbirth born",
    birthplace: "birthplace placeofbirth bornin",
    age: "age",
    nationality: "nationality",
    job: "jobtitle job occupation profession hasoccupation worksas",
    employer: "worksfor employer company worksat",
    languages: "languages knowslanguage languagesspoken spokenlanguages",
    mine:
      "url website homepage web portfolio site blog weblog interests hobbies hobby skills favourite favorite favourites favorites " +
      "favouritefood favoritefood favouritebook favoritebook favouritefilm favoritemovie favouritemusic favoritemusic favouritecolour " +
      "favoritecolor pets pet motto slogan programminglanguages techstack address postaladdress streetaddress siblings children family",
  } satisfies Record<Kind, string>).flatMap(([kind, keys]) =>
    keys.split(" ").map((key) => [key, kind as Kind] as const),
  ),
);

/** Has words that are not what the key promises. */
const no = /^(?:none|no|n\/a|null|-|—|unknown|private|secret|not\b.*|ask\b.*|tbd|on request|upon request)$/i;

/** A line of a few words, without a sentence in it or an address. */
const isPhrase = (value: string): boolean =>
  value.length <= 80 &&
  !/[\n\r\t?!;:@]|\/\/|\.\s+\p{Lu}/u.test(value) &&
  !/\p{L}{3}\.$/u.test(value) &&
  !no.test(value) &&
  !isOwnSentence(value);

const isSentence = (value: string): boolean => /[\n\r]|[.!?]\s+\p{Lu}|\p{L}{3}[.!?]$/u.test(value);

/** "I like chess and the sea." says all by itself. */
const isOwnSentence = (value: string): boolean =>
  /^(?:I|I['’]m|I['’]ve|My|We|Our)\s/u.test(value) && /[.!?]["'”’)]?$/.test(value);

const isName = (value: string): boolean => isPhrase(value) && /^\p{L}[^,|/\d]*$/u.test(value);

/** Begins with a capital and has no number: "Remote", "12 High Street" and "between Bonn and Berlin" are no place to live in. */
const isPlace = (value: string): boolean =>
  isPhrase(value) &&
  /^(?:the )?\p{Lu}[^\d|/]*$/u.test(value) &&
  !/\b(?:or|and|remote|worldwide|anywhere|online|various|near|formerly|currently|moving|planet|earth)\b/i.test(
    value,
  );

const theOf = (value: string): string =>
  /^(?:Netherlands|Philippines|Czech Republic|United (?:Kingdom|States|Arab)|UK|USA?|UAE|Bahamas|Maldives|Gambia)\b/.test(
    value,
  )
    ? "the "
    : "";

const isPhoneNumber = (value: string): boolean =>
  value.length <= 40 &&
  /^[+(\d][\d\s().\-/]*$/.test(value) &&
  value.replaceAll(/\D/g, "").length >= 5 &&
  !isDayAndYear(value);

const month =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const day = "\\d{1,2}(?:st|nd|rd|th)?";
const dayOfMonth = `(?:(?:the )?${day}(?: of)? ${month}|${month} ${day})`;
const dayPattern = new RegExp(`^${dayOfMonth}$`, "i");
const dayAndYearPattern = new RegExp(
  `^(?:${dayOfMonth},? \\d{4}|\\d{4}-\\d{2}-\\d{2}|\\d{1,2}([./-])\\d{1,2}\\1\\d{4}|\\d{4}/\\d{2}/\\d{2})$`,
  "i",
);

const isDay = (value: string): boolean => dayPattern.test(value);
const isDayAndYear = (value: string): boolean => dayAndYearPattern.test(value);

/** "a ", "an " or none ("Head of Research"); undefined where the value is not the name of somebody's work. */
const articleOfJob = (value: string): string | undefined => {
  if (!isPhrase(value) || /[,|/()\d·–—]| - /.test(value)) return undefined;
  if (/^(?:an?|the) /i.test(value)) return "";
  if (
    /^(?:(?:co-?)?(?:founder|owner)|head|director|ceo|cto|cfo|coo|chief|president|vice|chair|dean|principal|professor of)\b/i.test(
      value,
    )
  )
    return "";
  const person = value.split(/ (?:at|in|of|for|with|on|to) /)[0] ?? "";
  if (!workers.test(person) || noWorkers.test(person)) return undefined;
  if (/^[A-Z]{2,}\b/.test(value)) return /^[AEFHILMNORSX]/.test(value) ? "an " : "a ";
  return /^(?:[aeio]|u(?!ni|se|ti|ro)|hono|hour)/i.test(value) && !/^(?:eu|one\b)/i.test(value)
    ? "an "
    : "a ";
};

const workers =
  /(?:er|or|ist|ian|ant|dent|eer|man|woman|nurse|chef|clerk|coach|poet|pilot|architect|intern|guide|judge|lead|analyst|executive|fellow|postdoc|apprentice|cook|smith)$/i;
const noWorkers =
  /(?:career|other|labor|either|computer|never|retirement|unemployed|student loan|restaurant)$/i;

const ended = (sentence: string): string => (/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);

const fixedLabels: ReadonlyMap<string, string> = new Map(
  Object.entries({
    fn: "name",
    fullname: "full name",
    givenname: "first name",
    firstname: "first name",
    familyname: "last name",
    lastname: "last name",
    bday: "birthday",
    birthdate: "birthday",
    dob: "date of birth",
    dateofbirth: "date of birth",
    tel: "phone",
    adr: "address",
    email: "e-mail",
    mail: "e-mail",
    emailaddress: "e-mail address",
    emailid: "e-mail",
    web: "website",
    url: "website",
    addresslocality: "city",
    addresscountry: "country",
    streetaddress: "street address",
    sameas: "profiles",
    hometown: "home town",
    hasoccupation: "occupation",
    knowslanguage: "languages",
    techstack: "tech stack",
    inlanguage: "language",
  }).map(([key, label]) => [key, label.charAt(0).toUpperCase() + label.slice(1)]),
);

/** "jobTitle", "job_title" and "job-title" read "Job title"; what the owner wrote in words stays as it is. */
const inWords = (key: string): string => {
  const words = key
    .replaceAll(/[_\-.\s]+/g, " ")
    .replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1 $2")
    .trim()
    .split(" ");
  const text = words
    .map((word, index) => {
      const spelled = spellings.get(word.toLowerCase());
      if (spelled !== undefined) return spelled;
      const ofCode = index > 0 && !/\s/.test(key.trim()) && /^\p{Lu}\p{Ll}*$/u.test(word);
      return ofCode ? word.toLowerCase() : word;
    })
    .join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};

const spellings: ReadonlyMap<string, string> = new Map(
  [
    ...[...brands.values()].filter(({ ambiguous }) => !ambiguous).map(({ label }) => label),
    "e-mail",
    "Wi-Fi",
    "CV",
    "GPA",
    "CGPA",
    "DOI",
    "ISBN",
    "URL",
    "ID",
    "IDE",
    "OS",
    "ECTS",
    "FAQ",
    "PhD",
    "BSc",
    "MSc",
    "API",
    "VAT",
  ].map((word) => [word.toLowerCase().replaceAll(/[ -]/g, ""), word] as const),
);
