import { describe, expect, test } from "@jest/globals";
import { inFirstPerson, labelOf } from "../../src/chat/speak-as.ts";

const facebook = "https://www.facebook.com/samimreza101";

describe("a fact in the first person", () => {
  test.each([
    ["facebook", facebook, `You can find me on Facebook: ${facebook}`],
    ["social.facebook_id", facebook, `You can find me on Facebook: ${facebook}`],
    ["socials.My GitHub", "ada", "You can find me on GitHub: ada"],
    ["linkedinUrl", "linkedin.com/in/ada", "You can find me on LinkedIn: linkedin.com/in/ada"],
    [
      "contact.youtube.url",
      "https://youtube.com/@ada",
      "You can find me on YouTube: https://youtube.com/@ada",
    ],
    [
      "Stack Overflow",
      "https://stackoverflow.com/users/1",
      "You can find me on Stack Overflow: https://stackoverflow.com/users/1",
    ],
    ["orcid", "0000-0002-1825-0097", "You can find me on ORCID: 0000-0002-1825-0097"],
    [
      "profiles.0",
      "https://www.linkedin.com/in/ada",
      "You can find me on LinkedIn: https://www.linkedin.com/in/ada",
    ],
    ["profiles.1.url", "https://github.com/ada", "You can find me on GitHub: https://github.com/ada"],
    ["sameAs", "https://x.com/ada", "You can find me on X: https://x.com/ada"],
    ["x", "@ada", "You can find me on X: @ada"],
    ["whatsapp", "+49 170 1234567", "You can reach me on WhatsApp: +49 170 1234567"],
    ["email", "ada@example.org", "You can reach me by e-mail: ada@example.org"],
    ["schema:email", "ada@example.org", "You can reach me by e-mail: ada@example.org"],
    ["contact.emailId", "ada@example.org", "You can reach me by e-mail: ada@example.org"],
    ["Phone Number", "+44 20 7946 0958", "You can call me: +44 20 7946 0958"],
    ["name", "Ada Lovelace", "My name is Ada Lovelace."],
    ["basics.name", "Sammy Davis Jr.", "My name is Sammy Davis Jr."],
    ["nickname", "Enchantress", "My nickname is Enchantress."],
    ["city", "London", "I live in London."],
    ["basedIn", "Bristol, UK", "I live in Bristol, UK."],
    ["location", "Netherlands", "I live in the Netherlands."],
    ["address.city", "Leeds", "I live in Leeds."],
    ["hometown", "Dhaka", "My home town is Dhaka."],
    ["birthday", "10 December 1815", "I was born on 10 December 1815."],
    ["dob", "1990-03-12", "I was born on 1990-03-12."],
    ["birthDate", "March 12, 1990", "I was born on March 12, 1990."],
    ["bday", "12 March", "My birthday is 12 March."],
    ["born", "1990", "I was born in 1990."],
    ["birthPlace", "London", "I was born in London."],
    ["age", "27", "I am 27 years old."],
    ["nationality", "British", "My nationality is British."],
    ["jobTitle", "Software Engineer", "I work as a Software Engineer."],
    ["occupation", "optician in Leeds", "I work as an optician in Leeds."],
    ["job", "a piano teacher", "I work as a piano teacher."],
    ["job", "Head of Research", "I work as Head of Research."],
    ["job", "HR manager", "I work as an HR manager."],
    ["worksFor", "the Town Library", "I work at the Town Library."],
    ["company", "Acme", "I work at Acme."],
    ["languages", "English, German (B2)", "Languages I speak: English, German (B2)"],
    ["hobbies", "chess, sea swimming", "My hobbies: chess, sea swimming"],
    ["Favourite Food", "biryani", "My favourite food: biryani"],
    ["website", "https://ada.example", "My website: https://ada.example"],
    // a value that speaks for itself
    ["hobbies", "I like chess and the sea.", "I like chess and the sea."],
    ["bio", "I’m a mathematician. I also fly.", "I’m a mathematician. I also fly."],
  ])("%s, %s", (keys, value, said) => {
    expect(inFirstPerson(keys.split("."), value)).toBe(said);
  });
});

describe("a fact that fits no sentence is named", () => {
  test.each([
    // of another than the speaker
    ["projects.0.name", "Hearline", "Name: Hearline"],
    ["references.email", "boss@example.org", "E-mail: boss@example.org"],
    ["father.birthplace", "Calcutta", "Birthplace: Calcutta"],
    ["projects.2.github", "https://github.com/ada/hearline", "GitHub: https://github.com/ada/hearline"],
    // not what the key promises
    ["medium", "oil on canvas", "Medium: oil on canvas"],
    ["x", "5", "X: 5"],
    ["threads", "8", "Threads: 8"],
    ["facebook", "I left it in 2019, sorry", "Facebook: I left it in 2019, sorry"],
    ["github", "none", "GitHub: none"],
    ["email", "ask the office", "E-mail: ask the office"],
    ["phone", "mornings only", "Phone: mornings only"],
    ["location", "Remote", "Location: Remote"],
    ["location", "Berlin or Hamburg", "Location: Berlin or Hamburg"],
    ["city", "I moved away. Ask me where", "City: I moved away. Ask me where"],
    ["born", "London, 1990", "Born: London, 1990"],
    ["birthday", "Never celebrated", "Birthday: Never celebrated"],
    ["birthplace", "12 High Street", "Birthplace: 12 High Street"],
    ["age", "old enough", "Age: old enough"],
    ["nationality", "British, German", "Nationality: British, German"],
    ["occupation", "software engineering", "Occupation: software engineering"],
    ["job", "project management", "Job: project management"],
    ["profession", "teacher, writer", "Profession: teacher, writer"],
    ["employer", "self-employed", "Employer: self-employed"],
    ["name", "https://ada.example", "Name: https://ada.example"],
    // without a sentence of their own
    ["gpa", "3.8", "GPA: 3.8"],
    ["dateJoined", "2019", "Date joined: 2019"],
    ["Telefon", "0341 123456", "Telefon: 0341 123456"],
  ])("%s, %s", (keys, value, said) => {
    expect(inFirstPerson(keys.split("."), value)).toBe(said);
  });
});

test.each([
  ["github", "GitHub"],
  ["linkedin_url", "LinkedIn"],
  ["socials.stackoverflow.url", "Stack Overflow"],
  ["e-mail", "E-mail"],
  ["emailAddress", "E-mail address"],
  ["tel", "Phone"],
  ["phone_number", "Phone number"],
  ["jobTitle", "Job title"],
  ["alumniOf", "Alumni of"],
  ["dob", "Date of birth"],
  ["Opening Hours", "Opening Hours"],
  ["opening-hours", "Opening hours"],
  ["ticketURL", "Ticket URL"],
  ["vatId", "VAT ID"],
  ["wifi", "Wi-Fi"],
  ["projects.0.url", "Projects"],
  ["gpa.value", "GPA"],
  ["openinghours.0", "Openinghours"],
  ["öffnungszeiten", "Öffnungszeiten"],
])("the label of %s is %s", (keys, label) => {
  expect(labelOf(keys.split("."))).toBe(label);
});
