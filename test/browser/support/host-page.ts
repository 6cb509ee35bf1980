import { startLoopbackServer } from "../../support/loopback-server.ts";

interface HostPage {
  /** Where the app is. */
  readonly app: () => string;
  /** More attributes of the script. */
  readonly attributes?: string;
  /** Without it, the page has no widget. */
  readonly hasWidget?: boolean;
}

/** Rules that reach for everything: none may change the widget. */
const styles = `
  html { font-size: 62.5%; color-scheme: light; }
  body { font: 32px/3 "Comic Sans MS", serif; color: rgb(200, 0, 0); letter-spacing: 4px; text-transform: uppercase; }
  div, button, p, h1, h2, dialog, section { display: block !important; color: rgb(0, 0, 200) !important; background: yellow !important; margin: 13px !important; }
  * { box-sizing: content-box !important; }`;

/**
 * A site of another origin whose policy allows its own style, and of the app its script and its
 * answers; no inline styles, no eval, and no HTML made from text.
 */
export const startHostPage = ({ app, attributes = "", hasWidget = true }: HostPage): Promise<string> =>
  startLoopbackServer((request, response) => {
    if (request.url !== "/" && request.url !== "/other") return response.writeHead(404).end();
    const policy = [
      "default-src 'none'",
      `script-src ${app()}`,
      `connect-src ${app()}`,
      "style-src 'nonce-own'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ].join("; ");
    response.setHeader("content-security-policy", policy);
    response.setHeader("content-type", "text/html; charset=utf-8");
    const script = hasWidget ? `<script src="${app()}/api/widget.js" ${attributes} defer></script>` : "";
    return response.end(`<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width"><title>A site</title><style nonce="own">${styles}</style>${script}</head>
      <body><h1>A site</h1><p id="own">Words of the site.</p><button id="own-button">A button</button></body></html>`);
  });
