import { createSign, generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";

interface Faults {
  /** Every answer is late by this. */
  delayMs: number;
  /** Sockets are destroyed without an answer. */
  down: boolean;
  /** How many entries a page of a listing has: Azure gives 5,000. */
  pageSize: number;
  /** The next requests are refused before anything is done. */
  readonly failNext: (count: number, status: number, code?: string) => void;
  /** The next request with this `comp` is done, but its answer never arrives. */
  readonly loseAnswerTo: (comp: string) => void;
  /** The next content breaks off halfway. */
  readonly breakOff: () => void;
  /** All is well again. */
  readonly end: () => void;
}

interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly comp: string;
  readonly headers: IncomingHttpHeaders;
}

export interface AzureFilesServer {
  /** The address of a share. */
  readonly url: string;
  readonly connectionString: string;
  /** The secret in it. */
  readonly accountKey: string;
  /** What a client must trust, in PEM, when the server speaks TLS. */
  readonly certificate: string | undefined;
  readonly faults: Faults;
  readonly requests: readonly RecordedRequest[];
  /** The content of every file, by its path in the share. */
  readonly files: () => ReadonlyMap<string, Uint8Array>;
  readonly close: () => Promise<void>;
}

interface StoredFile {
  readonly kind: "file";
  readonly id: string;
  content: Buffer;
  modified: Date;
  etag: string;
}
interface StoredFolder {
  readonly kind: "directory";
  readonly id: string;
  readonly modified: Date;
}
type Stored = StoredFile | StoredFolder;

const account = "devaccount";
const shareName = "share";
const largestRange = 4 * 1_024 * 1_024;

/** An answer that is not the one hoped for. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/**
 * A stand-in for one share of Azure Files, as seen through its REST interface: only what our adapter
 * calls, in memory. Signatures are not checked, only that requests are signed.
 */
export const startAzureFilesServer = async ({ tls = false } = {}): Promise<AzureFilesServer> => {
  const entries = new Map<string, Stored>([["", newFolder()]]);
  const requests: RecordedRequest[] = [];
  const refusals: Refusal[] = [];
  const lost: string[] = [];
  let broken = false;
  const faults: Faults = {
    delayMs: 0,
    down: false,
    pageSize: 5_000,
    failNext: (count, status, code = usualCodes[status] ?? "InternalError") => {
      for (let left = count; left > 0; left -= 1) refusals.push(new Refusal(status, code));
    },
    loseAnswerTo: (comp) => void lost.push(comp),
    breakOff: () => {
      broken = true;
    },
    end: () => {
      broken = false;
      Object.assign(faults, { delayMs: 0, down: false });
      refusals.length = 0;
      lost.length = 0;
    },
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", "http://localhost");
    const comp = url.searchParams.get("comp") ?? "";
    requests.push({ method, path: decodeURIComponent(url.pathname), comp, headers });
    if (faults.down) return void request.socket.destroy();
    if (faults.delayMs > 0) await delay(faults.delayMs, undefined, { ref: false });
    response.setHeader("x-ms-request-id", randomUUID());
    response.setHeader("x-ms-version", headers["x-ms-version"] ?? "");
    try {
      checkSigned(headers);
      const refusal = refusals.shift();
      if (refusal) throw refusal;
      const work: Work = { entries, path: pathInShare(url.pathname), query: url.searchParams, headers, body };
      const answer = actions[actionOf(method, url.searchParams)]?.(work, faults);
      if (!answer) throw new Refusal(400, "UnsupportedHttpVerb");
      if (lost[0] === comp) {
        lost.shift();
        return void request.socket.destroy();
      }
      response.writeHead(answer.status, {
        ...answer.headers,
        "content-length": answer.body?.byteLength ?? 0,
      });
      if (broken && method === "GET" && answer.body) {
        broken = false;
        const half = answer.body.subarray(0, answer.body.byteLength / 2);
        return void response.write(half, () => request.socket.destroy());
      }
      response.end(method === "HEAD" ? undefined : answer.body);
    } catch (error) {
      const { status, code } = error instanceof Refusal ? error : new Refusal(500, "InternalError");
      const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code} of the stand-in.</Message></Error>`;
      response.writeHead(status, { "content-type": "application/xml", "x-ms-error-code": code });
      response.end(method === "HEAD" ? undefined : xml);
    }
  };
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch(() => request.socket.destroy());
  };
  const identity = tls ? selfSigned() : undefined;
  const server = identity ? createTlsServer(identity, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `${tls ? "https" : "http"}://127.0.0.1:${(server.address() as AddressInfo).port}/${account}`;
  const accountKey = randomBytes(64).toString("base64");
  return {
    url: `${endpoint}/${shareName}`,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};FileEndpoint=${endpoint};`,
    accountKey,
    certificate: identity?.cert,
    faults,
    requests,
    files: () =>
      new Map(
        [...entries].flatMap(([path, entry]) =>
          entry.kind === "file" ? [[path, entry.content] as const] : [],
        ),
      ),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

interface Work {
  readonly entries: Map<string, Stored>;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}
interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

const actionOf = (method: string, query: URLSearchParams): string =>
  [method, query.get("restype"), query.get("comp")].filter(Boolean).join(" ");

const actions: Readonly<Record<string, (work: Work, faults: Faults) => Answer>> = {
  PUT: ({ entries, path, headers }) => {
    checkParent(entries, path);
    if (entries.get(path)?.kind === "directory") throw new Refusal(409, "ResourceTypeMismatch");
    const file = newFile(Buffer.alloc(Number(headers["x-ms-content-length"])));
    entries.set(path, file);
    return { status: 201, headers: propertiesOf(file) };
  },
  "PUT range": ({ entries, path, headers, body }) => {
    const file = fileAt(entries, path);
    const { start, end } = rangeOf(headers) ?? { start: 0, end: -1 };
    if (body.byteLength > largestRange) throw new Refusal(413, "RequestBodyTooLarge");
    if (end - start + 1 !== body.byteLength) throw new Refusal(400, "InvalidHeaderValue");
    if (end >= file.content.byteLength) throw new Refusal(416, "InvalidRange");
    body.copy(file.content, start);
    touch(file);
    return { status: 201, headers: propertiesOf(file) };
  },
  "PUT rename": ({ entries, path, headers }) => {
    const source = pathInShare(new URL(String(headers["x-ms-file-rename-source"])).pathname);
    const file = fileAt(entries, source);
    checkParent(entries, path);
    const present = entries.get(path);
    if (present?.kind === "directory") throw new Refusal(409, "ResourceTypeMismatch");
    if (present && headers["x-ms-file-rename-replace-if-exists"] !== "true")
      throw new Refusal(409, "ResourceAlreadyExists");
    entries.delete(source);
    entries.set(path, file);
    return { status: 200, headers: propertiesOf(file) };
  },
  "PUT directory rename": ({ entries, path, headers }) => {
    const source = pathInShare(new URL(String(headers["x-ms-file-rename-source"])).pathname);
    checkFolder(entries, source);
    checkParent(entries, path);
    if (entries.has(path)) throw new Refusal(409, "ResourceAlreadyExists");
    for (const [name, entry] of entries) {
      if (name !== source && !name.startsWith(`${source}/`)) continue;
      entries.delete(name);
      entries.set(`${path}${name.slice(source.length)}`, entry);
    }
    return { status: 200 };
  },
  HEAD: ({ entries, path }) => {
    const file = fileAt(entries, path);
    return { status: 200, headers: propertiesOf(file), body: file.content };
  },
  GET: ({ entries, path, headers }) => {
    const file = fileAt(entries, path);
    const range = rangeOf(headers);
    if (!range) return { status: 200, headers: propertiesOf(file), body: file.content };
    const size = file.content.byteLength;
    if (range.start >= size) throw new Refusal(416, "InvalidRange");
    const body = file.content.subarray(range.start, range.end + 1);
    const contentRange = `bytes ${range.start}-${range.start + body.byteLength - 1}/${size}`;
    return { status: 206, headers: { ...propertiesOf(file), "content-range": contentRange }, body };
  },
  DELETE: ({ entries, path }) => {
    fileAt(entries, path);
    entries.delete(path);
    return { status: 202 };
  },
  "PUT directory": ({ entries, path }) => {
    checkParent(entries, path);
    if (entries.has(path)) throw new Refusal(409, "ResourceAlreadyExists");
    entries.set(path, newFolder());
    return { status: 201 };
  },
  "GET directory list": ({ entries, path, query }, { pageSize }) => {
    checkFolder(entries, path);
    const inner = [...entries]
      .filter(([name]) => name !== "" && parentOf(name) === path)
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    const start = Number(query.get("marker") ?? 0);
    const page = inner.slice(start, start + pageSize);
    const next = start + pageSize < inner.length ? start + pageSize : "";
    const timestamps = query.get("include")?.split(",").includes("Timestamps") ?? false;
    const xml = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="" ShareName="${shareName}" DirectoryPath="${escapeXml(path)}"><Entries>${page.map(([name, entry]) => renderEntry(name, entry, timestamps)).join("")}</Entries><NextMarker>${next}</NextMarker></EnumerationResults>`;
    return { status: 200, headers: { "content-type": "application/xml" }, body: Buffer.from(xml) };
  },
  "DELETE directory": ({ entries, path }) => {
    checkFolder(entries, path);
    if ([...entries.keys()].some((name) => name !== "" && parentOf(name) === path)) {
      throw new Refusal(409, "DirectoryNotEmpty");
    }
    entries.delete(path);
    return { status: 202 };
  },
};

const usualCodes: Readonly<Record<number, string>> = {
  403: "AuthorizationPermissionMismatch",
  404: "ResourceNotFound",
  409: "SharingViolation",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServerBusy",
};

const newFolder = (): StoredFolder => ({ kind: "directory", id: randomUUID(), modified: new Date() });

const newFile = (content: Buffer): StoredFile => {
  const file = { kind: "file" as const, id: randomUUID(), content, modified: new Date(), etag: "" };
  touch(file);
  return file;
};

const touch = (file: StoredFile): void => {
  file.modified = new Date();
  file.etag = `"${randomUUID()}"`;
};

const propertiesOf = ({ id, etag, modified }: StoredFile): Record<string, string> => ({
  "content-type": "application/octet-stream",
  "last-modified": modified.toUTCString(),
  "x-ms-file-last-write-time": modified.toISOString(),
  "x-ms-file-id": id,
  "x-ms-type": "File",
  etag,
});

const checkSigned = (headers: IncomingHttpHeaders): void => {
  const [scheme, rest = ""] = (headers.authorization ?? "").split(" ");
  if (scheme === "SharedKey" && rest.startsWith(`${account}:`) && headers["x-ms-date"]) return;
  if (scheme !== "Bearer" || !rest) throw new Refusal(403, "AuthenticationFailed");
  if (headers["x-ms-file-request-intent"] !== "backup") throw new Refusal(400, "MissingRequiredHeader");
};

/** The SDK names the account in paths on an IP address, but forgets it in a rename's destination. */
const pathInShare = (pathname: string): string => {
  const parts = pathname.split("/").filter(Boolean).map(decodeURIComponent);
  if (parts[0] === account) parts.shift();
  if (parts.shift() !== shareName) throw new Refusal(404, "ShareNotFound");
  return parts.join("/");
};

const parentOf = (path: string): string => path.split("/").slice(0, -1).join("/");

const checkParent = (entries: Work["entries"], path: string): void => {
  if (entries.get(parentOf(path))?.kind !== "directory") throw new Refusal(404, "ParentNotFound");
};

const fileAt = (entries: Work["entries"], path: string): StoredFile => {
  const entry = entries.get(path);
  if (entry?.kind === "file") return entry;
  if (entry) throw new Refusal(409, "ResourceTypeMismatch");
  checkParent(entries, path);
  throw new Refusal(404, "ResourceNotFound");
};

const checkFolder = (entries: Work["entries"], path: string): void => {
  const entry = entries.get(path);
  if (entry?.kind === "directory") return;
  if (entry) throw new Refusal(409, "ResourceTypeMismatch");
  checkParent(entries, path);
  throw new Refusal(404, "ResourceNotFound");
};

const rangeOf = (headers: IncomingHttpHeaders): { start: number; end: number } | undefined => {
  const [, start, end] =
    /^bytes=(\d+)-(\d*)$/.exec(String(headers["x-ms-range"] ?? headers.range ?? "")) ?? [];
  return start === undefined ? undefined : { start: Number(start), end: end ? Number(end) : Infinity };
};

const renderEntry = (path: string, entry: Stored, timestamps: boolean): string => {
  const name = escapeXml(path.split("/").at(-1) ?? "");
  const modified = entry.modified.toISOString();
  const times = timestamps
    ? `<CreationTime>${modified}</CreationTime><LastWriteTime>${modified}</LastWriteTime><Last-Modified>${entry.modified.toUTCString()}</Last-Modified>`
    : "";
  return entry.kind === "file"
    ? `<File><FileId>1</FileId><Name>${name}</Name><Properties><Content-Length>${entry.content.byteLength}</Content-Length>${times}</Properties></File>`
    : `<Directory><FileId>1</FileId><Name>${name}</Name><Properties>${times}</Properties></Directory>`;
};

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** A certificate of 127.0.0.1, made each time: no private key lies in the repository. */
const selfSigned = (): { readonly key: string; readonly cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
    const content = Buffer.concat(parts);
    const { byteLength } = content;
    const size = byteLength < 128 ? [byteLength] : [0x82, byteLength >> 8, byteLength & 255];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
  };
  const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
  const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
  const year = 31_557_600_000;
  const time = (at: number): Buffer =>
    der(0x18, Buffer.from(`${new Date(at).toISOString().replaceAll(/\D/g, "").slice(0, 14)}Z`));
  const name = sequence(der(0x31, sequence(identifier("550403"), der(0x0c, Buffer.from("stand-in")))));
  const algorithm = sequence(identifier("2a8648ce3d040302"));
  const alternativeNames = sequence(der(0x87, Buffer.from([127, 0, 0, 1])));
  const toSign = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(time(Date.now() - year), time(Date.now() + year)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(sequence(identifier("551d11"), der(0x04, alternativeNames)))),
  );
  const signature = createSign("sha256").update(toSign).sign(privateKey);
  const certificate = sequence(toSign, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
};
