type Rgb = readonly [number, number, number];

const white: Rgb = [1, 1, 1];
const black: Rgb = [0.06, 0.06, 0.06];
const papers = { light: [0.984, 0.976, 0.961], dark: [0.094, 0.09, 0.082] } as const;

/** Text has to stand out from tinted grounds too, so this is more than the 4.5 of WCAG. */
const enough = 5.5;

/**
 * The style sheet that gives the chat a site's own colour. Where letters of that colour could not be
 * read, they get a darker or lighter one. The browser works the colour out in `root`, where no style of
 * the site reaches.
 */
export const accentStyles = (color: string | undefined, root: ShadowRoot): string => {
  const own = color && CSS.supports("color", color) ? rgbOf(color, root) : undefined;
  if (!own) return "";
  const light = readable(own, papers.light, black);
  const dark = readable(own, papers.dark, white);
  return `:host{
    --launcher:${css(own)};--launcher-ink:${css(inkOn(own))};
    --accent:light-dark(${css(light)},${css(dark)});
    --accent-ink:light-dark(${css(inkOn(light))},${css(inkOn(dark))});
    --accent-soft:color-mix(in srgb,var(--accent) 12%,var(--paper))}`;
};

const rgbOf = (color: string, root: ShadowRoot): Rgb | undefined => {
  const element = document.createElement("span");
  element.style.color = `color-mix(in srgb, ${color}, ${color})`;
  root.append(element);
  const numbers = getComputedStyle(element).color.match(/[\d.]+(?:e-\d+)?/g) ?? [];
  element.remove();
  const [red, green, blue] = numbers.map(Number);
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue];
};

const readable = (color: Rgb, paper: Rgb, towards: Rgb): Rgb => {
  for (let share = 0; share < 1; share += 0.05) {
    const mixed = color.map((part, index) => part + ((towards[index] ?? 0) - part) * share);
    if (contrast(mixed as unknown as Rgb, paper) >= enough) return mixed as unknown as Rgb;
  }
  return towards;
};

const inkOn = (color: Rgb): Rgb => (contrast(color, white) >= contrast(color, black) ? white : black);

/** WCAG 2. */
const contrast = (one: Rgb, other: Rgb): number => {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
};

const luminance = (color: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = color.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const css = (color: Rgb): string => `rgb(${color.map((part) => Math.round(part * 255)).join(" ")})`;
