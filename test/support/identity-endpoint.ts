import { startLoopbackServer } from "./loopback-server.ts";

export interface IdentityEndpoint {
  /** The variables in which App Service and Functions tell an app where its managed identity is. */
  readonly environment: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
  /** The query of each request for a token. */
  readonly asked: URLSearchParams[];
}

/** Gives out a token as the identity endpoint of App Service does (api-version 2019-08-01). */
export const startIdentityEndpoint = async (token: string): Promise<IdentityEndpoint> => {
  const header = "one-time-secret-of-the-machine";
  const asked: URLSearchParams[] = [];
  const url = await startLoopbackServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://identity");
    asked.push(searchParams);
    const allowed =
      request.headers["x-identity-header"] === header && searchParams.get("api-version") === "2019-08-01";
    if (!allowed) return void response.writeHead(401).end();
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        access_token: token,
        expires_on: String(Math.floor(Date.now() / 1_000) + 86_400),
        resource: searchParams.get("resource"),
        token_type: "Bearer",
        client_id: searchParams.get("client_id") ?? "00000000-0000-0000-0000-000000000000",
      }),
    );
  });
  return { environment: { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER: header }, asked };
};
