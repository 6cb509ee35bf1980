import { messageOf } from "../../shared/app-error.ts";

/** What is known of an error of the Azure SDK. */
export interface AzureFilesError extends Error {
  readonly statusCode?: number;
  /** Azure's name of the failure, or the network's. */
  readonly code?: string;
}

/** What came back, in words for the owner: never the server's own text, which may repeat what was signed. */
export const describeAzureFilesError = (
  error: AzureFilesError,
  signedIn: "by key" | "by identity",
): string => {
  const { name, statusCode, code } = error;
  const answer = [statusCode, code].filter(Boolean).join(" ");
  if (statusCode === 401 || statusCode === 403) return `${denied[signedIn]} (${answer})`;
  if (code === "ShareNotFound") return `there is no such share (${answer})`;
  if (statusCode) return `the storage account answered ${answer}`;
  if (name === "RestError") return `the storage account cannot be reached (${code ?? "no connection"})`;
  if (name === "AbortError") return "the connection broke off";
  if (/Credential|Authentication/.test(name)) {
    return `Entra ID gave no token (${name}): sign in with "az login", or give the app a managed identity`;
  }
  return messageOf(error);
};

const denied = {
  "by key":
    "access is denied: the key in the connection string is not, or no longer, one of this account, or the account's settings refuse keys or this network",
  "by identity":
    'access is denied: the identity needs the role "Storage File Data Privileged Contributor" on the storage account or the share, or the account\'s settings refuse this network',
};
