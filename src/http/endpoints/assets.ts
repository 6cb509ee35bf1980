import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { lazily } from "../../shared/lazily.ts";
import type { IncomingRequest, OutgoingResponse } from "../request.ts";

/** Answers a request with a file of the folder; 404 for a name that is not in it. */
export type Assets = (
  name: string,
  request: Pick<IncomingRequest, "headers">,
  headers: OutgoingResponse["headers"],
) => Promise<OutgoingResponse>;

const contentTypes: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** The build compressed each file into these, the smallest first. */
const encodings = [
  { token: "br", ending: ".br" },
  { token: "gzip", ending: ".gz" },
] as const;

/** Serves the files that the build left in a folder. They are read once: they never change while an app runs. */
export const createAssets = (folder: string): Assets => {
  const names = lazily(async () => new Set(await readdir(folder)));
  const contents = new Map<string, Promise<Content>>();
  const contentOf = (name: string): Promise<Content> => {
    const content = contents.get(name) ?? readContent(join(folder, name));
    contents.set(name, content);
    return content;
  };

  return async (name, request, headers) => {
    const type = contentTypes[name.split(".").at(-1) ?? ""];
    const known = await names();
    if (!type || !known.has(name)) return notFound;
    const encoding = encodings.find(
      ({ token, ending }) => accepts(request, token) && known.has(name + ending),
    );
    const { body, etag } = await contentOf(name + (encoding?.ending ?? ""));
    const isKnown = request.headers.get("if-none-match")?.includes(etag) === true;
    return {
      status: isKnown ? 304 : 200,
      headers: {
        "content-type": type,
        "x-content-type-options": "nosniff",
        vary: "accept-encoding",
        etag,
        ...(encoding ? { "content-encoding": encoding.token } : {}),
        ...headers,
      },
      ...(isKnown ? {} : { body }),
    };
  };
};

interface Content {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly etag: string;
}

const readContent = async (path: string): Promise<Content> => {
  const body = await readFile(path);
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
};

/** A browser never says `br;q=0`; a client that does gets the file as it is. */
const accepts = ({ headers }: Pick<IncomingRequest, "headers">, token: string): boolean =>
  new RegExp(String.raw`(?:^|,)\s*${token}\s*(?:;\s*q=(?!0(?:\.0*)?\s*(?:,|$))|,|$)`, "i").test(
    headers.get("accept-encoding") ?? "",
  );

const notFound: OutgoingResponse = {
  status: 404,
  headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
  body: "There is no such file.",
};
