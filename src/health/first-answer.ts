/** How soon this process gave its first answer: its cold start, as it saw it. */
export interface FirstAnswer {
  /** Since the process began. A platform may have kept it waiting before it was given the app. */
  readonly afterProcessStartMs: number;
  /** Since the app was loaded into it. */
  readonly afterLoadMs: number;
  /** From the request to the answer, or to the beginning of a stream. */
  readonly tookMs: number;
}

interface FirstAnswerNote {
  readonly value: FirstAnswer | undefined;
  /** Only the first one counts. `began` is a time of `performance.now()`. */
  note(began: number): void;
}

/** Remembers the first answer of this process; to be made when the app is loaded. */
export const createFirstAnswerNote = (): FirstAnswerNote => {
  const loaded = performance.now();
  let value: FirstAnswer | undefined;
  return {
    get value() {
      return value;
    },
    note: (began) => {
      const now = performance.now();
      value ??= {
        afterProcessStartMs: Math.round(now),
        afterLoadMs: Math.round(now - loaded),
        tookMs: Math.round(now - began),
      };
    },
  };
};
