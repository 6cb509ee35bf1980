import type { ComponentChild, CSSProperties, JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { safeAddress } from "../core/safe-address.ts";
import { createGrowingMarkdown } from "./growing-markdown.ts";
import type { Ending } from "./growing-markdown.ts";
import type { Block, List, Table } from "./parse-blocks.ts";
import { parseInlines } from "./parse-inlines.ts";
import type { Inline } from "./parse-inlines.ts";

interface Properties {
  readonly text: string;
  readonly ending: Ending;
  /** What stands in the place of `[n]`; `undefined` leaves the text as it is. Asked once for each of them. */
  readonly mark: Mark;
}

type Mark = (number: number) => ComponentChild | undefined;

/**
 * Shows Markdown as elements. No HTML is ever made of it, so none can get in: tags are text, images
 * are links to them, and links go to the web, to mail and to phones only.
 */
export const Markdown = ({ text, ending, mark }: Properties): JSX.Element => {
  const newest = useRef(mark);
  newest.current = mark;
  const [partsOf] = useState(() =>
    createGrowingMarkdown<ComponentChild>({
      render: (block) => <Kept>{blockElement(block, (number) => newest.current(number))}</Kept>,
      renderPlain,
      renderGroup: (parts) => (
        <Kept>
          <div>{parts}</div>
        </Kept>
      ),
      now: () => performance.now(),
    }),
  );
  return <>{partsOf(text, ending)}</>;
};

/** Preact passes over the same element only where it is a component's. */
const Kept = ({ children }: { readonly children: ComponentChild }): JSX.Element => <>{children}</>;

const renderPlain = (text: string): JSX.Element => (
  <p class="plain" dir="auto">
    {text}
  </p>
);

const blockElement = (block: Block, mark: Mark): ComponentChild => {
  switch (block.type) {
    case "paragraph":
      return <p dir="auto">{inlineElements(block.text, mark)}</p>;
    case "heading":
      // all of one rank: writers skip ranks, which confuses a visitor who hears the page
      return <h3 dir="auto">{inlineElements(block.text, mark)}</h3>;
    case "code":
      return (
        <pre dir="ltr" tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case "rule":
      return <hr />;
    case "quote":
      return <blockquote dir="auto">{block.blocks.map((inner) => blockElement(inner, mark))}</blockquote>;
    case "list":
      return listElement(block, mark);
    case "table":
      return tableElement(block, mark);
  }
};

const listElement = ({ start, isLoose, items }: List, mark: Mark): JSX.Element => {
  const children = items.map((blocks) => (
    <li>
      {blocks.map((block, index) =>
        block.type === "paragraph"
          ? itemElement(index === 0 ? withCheckbox(block.text) : block.text, isLoose, mark)
          : blockElement(block, mark),
      )}
    </li>
  ));
  return start === undefined ? (
    <ul dir="auto">{children}</ul>
  ) : (
    <ol dir="auto" start={start}>
      {children}
    </ol>
  );
};

const itemElement = (text: string, isLoose: boolean, mark: Mark): ComponentChild =>
  isLoose ? <p dir="auto">{inlineElements(text, mark)}</p> : inlineElements(text, mark);

const withCheckbox = (text: string): string =>
  text.replace(/^\[([ xX])\](?=\s)/, (_, sign: string) => (sign === " " ? "☐" : "☑"));

const tableElement = ({ aligns, head, rows }: Table, mark: Mark): JSX.Element => {
  const style = (column: number): CSSProperties => {
    const align = aligns[column];
    return align ? { textAlign: align } : {};
  };
  return (
    <div class="table" tabIndex={0}>
      <table dir="auto">
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th style={style(column)}>{inlineElements(cell, mark)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map((cell, column) => (
                <td style={style(column)}>{inlineElements(cell, mark)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const inlineElements = (text: string, mark: Mark): readonly ComponentChild[] =>
  parseInlines(text).map((inline) => inlineElement(inline, mark));

const inlineElement = (inline: Inline, mark: Mark): ComponentChild => {
  switch (inline.type) {
    case "text":
      return withMarks(inline.text, mark);
    case "code":
      return <code dir="ltr">{inline.text}</code>;
    case "break":
      return <br />;
    case "strong":
      return <strong>{inline.children.map((child) => inlineElement(child, mark))}</strong>;
    case "emphasis":
      return <em>{inline.children.map((child) => inlineElement(child, mark))}</em>;
    case "deletion":
      return <del>{inline.children.map((child) => inlineElement(child, mark))}</del>;
    case "link": {
      const href = safeAddress(inline.address);
      const children =
        inline.children.length > 0
          ? inline.children.map((child) => inlineElement(child, mark))
          : inline.address;
      return href ? (
        <a href={href} target="_blank" rel="noopener noreferrer nofollow">
          {children}
        </a>
      ) : (
        children
      );
    }
  }
};

/** Puts the marks in the place of `[1]` and `[1, 2]`. */
const withMarks = (text: string, mark: Mark): ComponentChild =>
  !text.includes("[")
    ? text
    : // the mark keeps its own distance
      text.split(/( ?\[\d{1,3}(?:\s*,\s*\d{1,3})*\])/).flatMap((part, index): ComponentChild[] => {
        if (index % 2 === 0) return [part];
        const marks = (part.match(/\d+/g) ?? []).map((number) => mark(Number(number)));
        return marks.every(Boolean) ? marks : [part];
      });
