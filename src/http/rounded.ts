/** Scores and times to four places: what follows says nothing. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
