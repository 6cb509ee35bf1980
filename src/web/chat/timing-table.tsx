import type { JSX } from "preact";
import type { Turn } from "../core/conversation.ts";
import type { Texts } from "../texts/en.ts";

/** What the steps of an answer took, as the server says, and the whole of it as seen from here. */
export const TimingTable = ({ turn, texts }: { readonly turn: Turn; readonly texts: Texts }): JSX.Element => {
  const rows: readonly (readonly [string, number | undefined])[] = [
    ...(turn.start?.steps ?? []).map(({ title, durationMs }) => [title, durationMs] as const),
    [texts.firstWords, turn.firstMs],
    [texts.wholeAnswer, turn.totalMs],
  ];
  return (
    <div class="timings">
      <table aria-label={texts.timings}>
        <tbody>
          {rows.map(
            ([name, milliseconds]) =>
              milliseconds !== undefined && (
                <tr>
                  <th scope="row">{name}</th>
                  <td>{milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms</td>
                </tr>
              ),
          )}
        </tbody>
      </table>
      {turn.start?.answerId && (
        <p>
          {texts.answerId} <code>{turn.start.answerId}</code>
        </p>
      )}
    </div>
  );
};
