import { Lexer } from "marked";
import type { MarkedToken, Token, Tokens } from "marked";
import type { ComponentChild, CSSProperties, JSX } from "preact";
import { withoutOverrides } from "./parse-json.ts";
import { safeAddress } from "./safe-address.ts";
import { settledMarkdown } from "./settled-markdown.ts";

interface Properties {
  readonly text: string;
  /** Whether it ends where its writer meant it to. */
  readonly isWhole: boolean;
  /** What stands in the place of `[n]`; `undefined` leaves the text as it is. */
  readonly mark: (number: number) => ComponentChild | undefined;
}

/** What nobody writes is shown as it is: splitting it could keep the page busy for seconds. */
const longestMarkdown = 20_000;
const longestWord = 1_000;
const deepest = 12;

/**
 * Shows Markdown as elements. No HTML is ever made of it, so none can get in: tags are text, images
 * are links to them, and links go to the web, to mail and to phones only.
 */
export const Markdown = ({ text, isWhole, mark }: Properties): JSX.Element => {
  const tokens = split(isWhole ? text : settledMarkdown(text));
  return tokens ? (
    <>{render(tokens, mark, 0)}</>
  ) : (
    <p class="plain" dir="auto">
      {text}
    </p>
  );
};

const split = (text: string): readonly Token[] | undefined => {
  if (text.length > longestMarkdown || new RegExp(`\\S{${longestWord}}`).test(text)) return undefined;
  try {
    return new Lexer({ gfm: true, breaks: true }).lex(text);
  } catch {
    // thousands of lists in each other
    return undefined;
  }
};

type Mark = Properties["mark"];

const render = (tokens: readonly Token[] | undefined, mark: Mark, depth: number): ComponentChild[] =>
  (tokens ?? []).map((token) =>
    depth > deepest ? token.raw : renderToken(token as MarkedToken, mark, depth + 1),
  );

const renderToken = (token: MarkedToken, mark: Mark, depth: number): ComponentChild => {
  const children = (): ComponentChild[] => render("tokens" in token ? token.tokens : [], mark, depth);
  switch (token.type) {
    case "paragraph":
      return <p dir="auto">{children()}</p>;
    case "heading":
      // all of one rank: writers skip ranks, which leaves whoever hears the page wondering
      return <h3 dir="auto">{children()}</h3>;
    case "list": {
      const items = token.items.map(({ tokens }) => <li>{render(tokens, mark, depth)}</li>);
      return token.ordered ? (
        <ol dir="auto" start={Number(token.start) || 1}>
          {items}
        </ol>
      ) : (
        <ul dir="auto">{items}</ul>
      );
    }
    case "blockquote":
      return <blockquote dir="auto">{children()}</blockquote>;
    case "code":
      return (
        <pre dir="ltr" tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case "table":
      return (
        <div class="table" tabIndex={0}>
          <table dir="auto">
            <thead>
              <tr>
                {token.header.map((cell) => (
                  <th style={aligned(cell)}>{render(cell.tokens, mark, depth)}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {token.rows.map((row) => (
                <tr>
                  {row.map((cell) => (
                    <td style={aligned(cell)}>{render(cell.tokens, mark, depth)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case "hr":
      return <hr />;
    case "br":
      return <br />;
    case "strong":
      return <strong>{children()}</strong>;
    case "em":
      return <em>{children()}</em>;
    case "del":
      return <del>{children()}</del>;
    case "codespan":
      return <code dir="ltr">{token.text}</code>;
    case "link":
      return <Link address={token.href}>{children()}</Link>;
    case "image":
      return <Link address={token.href}>{token.text || token.href}</Link>;
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    case "text":
      return token.tokens ? children() : marked(decoded(token.text), mark);
    case "escape":
      return token.text;
    case "html":
      return token.block ? <p dir="auto">{token.text}</p> : token.text;
    case "list_item":
      return children();
    case "space":
    case "def":
      return undefined;
  }
};

const aligned = ({ align }: Tokens.TableCell): CSSProperties => (align ? { textAlign: align } : {});

const Link = ({
  address,
  children,
}: {
  readonly address: string;
  readonly children: ComponentChild;
}): JSX.Element => {
  const href = safeAddress(address);
  return href ? (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  ) : (
    <>{children}</>
  );
};

/** Puts the marks in the place of `[1]` and `[1, 2]`. */
const marked = (text: string, mark: Mark): ComponentChild[] =>
  // the mark keeps its own distance
  text.split(/( ?\[\d{1,3}(?:\s*,\s*\d{1,3})*\])/).flatMap((part, index): ComponentChild[] => {
    if (index % 2 === 0) return [part];
    const marks = (part.match(/\d+/g) ?? []).map((number) => mark(Number(number)));
    return marks.every(Boolean) ? marks : [part];
  });

const named: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00A0",
};

/** The lexer leaves character references to the HTML that is not made here. */
const decoded = (text: string): string =>
  withoutOverrides(
    text.replaceAll(
      /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]+));/gi,
      (reference, decimal, hex, name: string) => {
        if (name) return named[name] ?? reference;
        const point = decimal ? Number(decimal) : Number.parseInt(hex as string, 16);
        return point > 0 && point <= 0x10_ff_ff ? String.fromCodePoint(point) : reference;
      },
    ),
  );
