import type { TokenCredential } from "@azure/identity";
import { currentTelemetry, inSpan } from "../telemetry/in-span.ts";
import { lazily } from "../shared/lazily.ts";
import { withSignal } from "../shared/with-signal.ts";

const scope = "https://cognitiveservices.azure.com/.default";

/** Where there is no identity at all, the SDK would go on looking for one for half a minute. */
const timeoutMs = 10_000;

/**
 * Gives a token of Entra ID for Azure OpenAI, kept and renewed in time: of the managed identity on
 * Azure (the client id chooses among several), of `az login` on a developer's machine.
 */
export const createEntraTokenProvider = (clientId: string | undefined): (() => Promise<string>) => {
  // loaded with the first token: who needs none starts without the SDK
  const provider = lazily(async () => {
    const { DefaultAzureCredential, getBearerTokenProvider } = await import("@azure/identity");
    const identity = clientId === undefined ? {} : { managedIdentityClientId: clientId };
    const credential = new DefaultAzureCredential(identity);
    // asked only when the last token is nearly over: then an answer waits for it
    const getToken: TokenCredential["getToken"] = (...asked) =>
      inSpan(currentTelemetry(), "token", { attributes: { stage: "token" } }, () =>
        credential.getToken(...asked),
      );
    return getBearerTokenProvider({ getToken }, scope);
  });
  const getToken = async (): Promise<string> => (await provider())();
  return () => withSignal(getToken(), AbortSignal.timeout(timeoutMs));
};
