import { join } from "node:path";
import { createAssets } from "./assets.ts";
import type { OutgoingResponse } from "../request.ts";
import { appRoot } from "../../shared/app-root.ts";
import { lazily } from "../../shared/lazily.ts";
import type { Call, Route } from "../route.ts";

/** Nothing but the app's own files and the app itself; no HTML is ever made from text (Trusted Types). */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const pageHeaders = {
  "cache-control": "no-cache",
  "content-security-policy": policy,
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
};

/** Other sites load it, and may have forbidden all files that do not allow that. */
const widgetHeaders = {
  "cache-control": "public, max-age=300, stale-while-revalidate=86400",
  "cross-origin-resource-policy": "cross-origin",
};

const assets = lazily(async () => createAssets(join(appRoot(), "dist", "web")));

const file = async (name: string, { request }: Call, headers: OutgoingResponse["headers"]) =>
  (await assets())(name, request, headers);

/** The page, under a path. */
const page = (name: string, path: string): Route => ({
  name,
  path,
  operations: {
    GET: {
      summary: "The page to ask on",
      open: true,
      answers: [
        { status: 200, about: "The page.", contentType: "text/html" },
        { status: 304, about: "It is as it was." },
      ],
      errors: [],
      handle: (call) => file("index.html", call, pageHeaders),
    },
  },
});

/** `GET /`: an empty path is matched by a parameter that may be absent and has no length. */
export const homeRoute = page("home", "{ignored:maxlength(0)?}");

/** `GET /api/ui`: the same page, for where `/` is something else. */
export const pageRoute = page("page", "api/ui");

/** `GET /api/ui/{file}`: what the page consists of. Asked for with a version, it is kept for good. */
export const pageFileRoute: Route = {
  name: "page-file",
  path: "api/ui/{file}",
  operations: {
    GET: {
      summary: "A file of the page",
      open: true,
      answers: [
        { status: 200, about: "The file.", contentType: "*/*" },
        { status: 304, about: "It is as it was." },
        { status: 404, about: "The page has no such file.", contentType: "text/plain" },
      ],
      errors: [],
      handle: (call) => {
        const asked = call.request.params["file"] ?? "";
        // the page itself is served with its policy, or not at all
        const name = asked.endsWith(".html") ? "" : asked;
        const isVersioned = call.request.query.get("v") !== null || name.endsWith(".woff2");
        const caching = isVersioned ? "public, max-age=31536000, immutable" : "no-cache";
        return file(name, call, { "cache-control": caching });
      },
    },
  },
};

/** `GET /favicon.ico`: where browsers and link previews look for an icon by themselves. */
export const iconRoute: Route = {
  name: "icon",
  path: "favicon.ico",
  operations: {
    GET: {
      summary: "The page's icon",
      open: true,
      answers: [
        { status: 200, about: "The icon.", contentType: "image/svg+xml" },
        { status: 304, about: "It is as it was." },
      ],
      errors: [],
      handle: (call) => file("icon.svg", call, { "cache-control": "public, max-age=86400" }),
    },
  },
};

/** A crawler needs the page's files to see the page; answers are no pages. */
const crawlerRules = "User-agent: *\nAllow: /api/ui\nDisallow: /api/\n";

/** `GET /robots.txt`: what crawlers may ask for. */
export const robotsRoute: Route = {
  name: "robots",
  path: "robots.txt",
  operations: {
    GET: {
      summary: "What crawlers may ask for",
      open: true,
      answers: [{ status: 200, about: "The rules.", contentType: "text/plain" }],
      errors: [],
      handle: () =>
        Promise.resolve({
          status: 200,
          headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "public, max-age=86400" },
          body: crawlerRules,
        }),
    },
  },
};

/** `GET /api/widget.js`: the chat for other sites. */
export const widgetRoute: Route = {
  name: "widget",
  path: "api/widget.js",
  operations: {
    GET: {
      summary: "The chat as a script for other sites",
      open: true,
      answers: [
        { status: 200, about: "The script.", contentType: "text/javascript" },
        { status: 304, about: "It is as it was." },
      ],
      errors: [],
      handle: (call) => file("widget.js", call, widgetHeaders),
    },
  },
};
