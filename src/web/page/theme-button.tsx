import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { IconButton } from "../chat/icon.tsx";
import type { Texts } from "../texts/en.ts";
import { chooseTheme, currentTheme } from "./theme.ts";

/** Goes from light to dark and back. */
export const ThemeButton = ({ texts }: { readonly texts: Texts }): JSX.Element => {
  const [theme, setTheme] = useState(currentTheme());
  const other = theme === "dark" ? "light" : "dark";
  useEffect(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = (): void => setTheme(currentTheme());
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const toggle = (): void => {
    chooseTheme(other);
    setTheme(other);
  };
  return <IconButton icon={other} label={texts[other]} onClick={toggle} />;
};
