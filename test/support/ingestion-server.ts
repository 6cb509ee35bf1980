import { writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { generate } from "selfsigned";

/** One telemetry item as the SDK sends it. */
export interface Envelope {
  readonly name: string;
  readonly iKey: string;
  readonly time: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly data: {
    readonly baseType: string;
    readonly baseData: Readonly<Record<string, unknown>> & {
      readonly name?: string;
      readonly message?: string;
      readonly id?: string;
      readonly type?: string;
      readonly success?: boolean;
      readonly properties?: Readonly<Record<string, string>>;
      readonly metrics?: readonly { readonly name: string; readonly value: number }[];
    };
  };
}

export interface IngestionServer {
  /** What an app needs to send its telemetry here. */
  readonly env: { APPLICATIONINSIGHTS_CONNECTION_STRING: string; NODE_EXTRA_CA_CERTS: string };
  /** All that was received so far. */
  readonly envelopes: readonly Envelope[];
  /** From now on every request is taken and none is answered. */
  hang(): void;
  close(): void;
}

/** Application Insights' ingestion at the wire: TLS, since the SDK sends nowhere else. Its certificate is put into the folder. */
export const startIngestionServer = async (folder: string): Promise<IngestionServer> => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
    ],
  });
  const authority = join(folder, "ingestion.pem");
  await writeFile(authority, cert);
  const envelopes: Envelope[] = [];
  let hanging = false;
  const server = createServer({ key, cert }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      if (hanging) return;
      const items = JSON.parse(Buffer.concat(chunks).toString("utf8")) as Envelope[];
      envelopes.push(...items);
      const itemsReceived = items.length;
      response
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify({ itemsReceived, itemsAccepted: itemsReceived, errors: [] }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=00000000-0000-4000-8000-000000000000;IngestionEndpoint=https://127.0.0.1:${port}/`,
      NODE_EXTRA_CA_CERTS: authority,
    },
    envelopes,
    hang: () => {
      hanging = true;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
