import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Source } from "../core/answer-event.ts";
import { fill } from "../texts/choose-texts.ts";
import type { Texts } from "../texts/en.ts";
import { Icon } from "./icon.tsx";

interface Properties {
  readonly sources: readonly Source[];
  /** The numbers that the answer names: these are shown first. */
  readonly cited: ReadonlySet<number>;
  readonly opened: number | undefined;
  readonly onToggle: (number: number) => void;
  /** Makes ids unlike those of other answers. */
  readonly prefix: string;
  readonly texts: Texts;
}

/** What an answer rests on, like the notes at the foot of a page. */
export const SourceList = ({ sources, cited, opened, prefix, onToggle, texts }: Properties): JSX.Element => {
  const [all, setAll] = useState(false);
  const named = sources.filter(({ number }) => cited.has(number) || number === opened);
  const isCut = !all && named.length > 0 && named.length < sources.length;
  const shown = isCut ? named : sources;
  return (
    <div class="sources">
      <h3>{texts.sources}</h3>
      <ol>
        {shown.map((source) => (
          <SourceNote
            key={source.number}
            source={source}
            isOpen={source.number === opened}
            id={`${prefix}-source-${source.number}`}
            onToggle={() => onToggle(source.number)}
            texts={texts}
          />
        ))}
      </ol>
      {isCut && (
        <button type="button" class="more" onClick={() => setAll(true)}>
          {fill(texts.moreSources, sources.length - shown.length)}
        </button>
      )}
    </div>
  );
};

interface NoteProperties {
  readonly source: Source;
  readonly isOpen: boolean;
  readonly id: string;
  readonly onToggle: () => void;
  readonly texts: Texts;
}

const SourceNote = ({ source, isOpen, id, onToggle, texts }: NoteProperties): JSX.Element => (
  <li class={isOpen ? "note open" : "note"}>
    <button type="button" id={id} aria-expanded={isOpen} aria-controls={`${id}-text`} onClick={onToggle}>
      <span class="number">{source.number}</span>
      <bdi class="title">{titleOf(source.source)}</bdi>
      <span class="namespace">{source.namespace}</span>
      <Icon name="open" />
    </button>
    <div id={`${id}-text`} hidden={!isOpen}>
      <p class="passage" dir="auto" tabIndex={0}>
        {source.text}
      </p>
      <p class="where">
        <bdi>{source.source}</bdi>
        <span class="score">
          <meter min={0} max={1} value={source.similarity} aria-hidden="true" />
          {fill(texts.score, source.similarity.toFixed(2))}
        </span>
      </p>
    </div>
  </li>
);

/** `projects/engine.md#Notes > Note G`: the last heading, or else the file's name, says most. */
const titleOf = (source: string): string => {
  const [file = "", ...rest] = source.split("#");
  return rest.join("#").split(" > ").at(-1) || file.split("/").at(-1) || source;
};
