import { render } from "preact";
import { createBackend } from "../core/backend.ts";
import { createConversation } from "../core/conversation.ts";
import type { Turn } from "../core/conversation.ts";
import { keep } from "../core/keep.ts";
import { accentStyles } from "./accent-styles.ts";
import { readOptions } from "./read-options.ts";
import { WidgetPanel } from "./widget-panel.tsx";

/** The style sheet, put here by the build. */
declare const widgetStyles: string;

/** Puts the launcher on the page, in a shadow root that keeps the page's styles out and its own in. */
const start = (script: HTMLScriptElement): void => {
  const options = readOptions(script, navigator.languages);
  const backend = createBackend(options.address, () => options.key);
  const conversation = createConversation(
    backend,
    keep<readonly Turn[]>(`colophon-conversation ${options.address}`, () => sessionStorage),
  );
  addEventListener("pagehide", conversation.save);

  const host = document.createElement("div");
  host.dataset["colophon"] = options.theme ?? "";
  document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [
    widgetStyles,
    accentStyles(options.color, root),
    options.font && CSS.supports("font-family", options.font) ? `:host{--sans:${options.font}}` : "",
  ].map(styleSheet);
  // a page's own keys are not meant for what is typed here
  for (const type of ["keydown", "keyup", "keypress"]) {
    root.addEventListener(type, (event) => event.stopPropagation());
  }
  render(
    <WidgetPanel
      backend={backend}
      conversation={conversation}
      options={options}
      kept={keep<boolean>(`colophon-open ${options.address}`, () => sessionStorage)}
    />,
    root,
  );
};

/** Allowed by every content security policy, unlike a style element. */
const styleSheet = (text: string): CSSStyleSheet => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
};

/** A module has no current script. */
const own = document.currentScript ?? document.querySelector("script[src*='/api/widget.js']");

if (own instanceof HTMLScriptElement && !document.querySelector("[data-colophon]")) {
  if (document.body) start(own);
  else addEventListener("DOMContentLoaded", () => start(own));
}
