import { keep } from "../core/keep.ts";

export type Theme = "dark" | "light";

const chosen = keep<Theme>("colophon-theme", () => localStorage);

export const systemTheme = (): Theme =>
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";

export const currentTheme = (): Theme => chosen.get() ?? systemTheme();

/** Chooses a theme; the system's own is followed from then on, when it changes too. */
export const chooseTheme = (theme: Theme): void => {
  chosen.set(theme === systemTheme() ? undefined : theme);
  showTheme();
};

/** Makes the document show the theme that was chosen, if one was. */
export const showTheme = (): void => {
  const theme = chosen.get();
  if (theme) document.documentElement.dataset["theme"] = theme;
  else delete document.documentElement.dataset["theme"];
};
