import { DefaultAzureCredential, type TokenCredential } from "@azure/identity";
import { ShareClient, ShareDirectoryClient, StorageSharedKeyCredential } from "@azure/storage-file-share";
import { AppError } from "../../shared/app-error.ts";

export interface AzureFilesAccess {
  /** `https://<account>.file.core.windows.net/<share>[/<folder>]` */
  readonly url: string;
  /** Holds the account's key: a secret. */
  readonly connectionString?: string | undefined;
  /** Asked for tokens where there is no connection string; what the machine is signed in with by default. */
  readonly credential?: TokenCredential | undefined;
  /** Lets a key travel over plain http; to this machine itself it always may. */
  readonly allowInsecure?: boolean | undefined;
}

export interface AzureFilesShare {
  readonly share: ShareClient;
  /** The folder of it that the address names, "" for all. */
  readonly root: string;
}

/** The client makes each request once: what is tried again, and when, is the caller's. */
export const azureFilesShare = (access: AzureFilesAccess): AzureFilesShare => {
  const { url, connectionString, credential, allowInsecure } = access;
  const { protocol, hostname, search } = new URL(url);
  if (search) throw new AppError("misconfigured", "The share's address must not carry a signature or query.");
  if (protocol !== "https:" && !allowInsecure && !["localhost", "127.0.0.1", "[::1]"].includes(hostname)) {
    throw new AppError("misconfigured", `${url} would send its credentials unencrypted: use https.`);
  }
  // without the slash, the SDK calls the folder of a bare share "undefined"
  const folderUrl = url.endsWith("/") ? url : `${url}/`;
  const root = new ShareDirectoryClient(folderUrl).path.replace(/\/$/, "");
  const shareUrl = root ? new URL("../".repeat(root.split("/").length), folderUrl).href : folderUrl;
  const retryOptions = { maxTries: 1 };
  const share = connectionString
    ? new ShareClient(shareUrl, accountKey(connectionString), { retryOptions })
    : new ShareClient(shareUrl, credential ?? new DefaultAzureCredential(), {
        retryOptions,
        // Azure refuses a token without it: access is by role, past the permissions of single files
        fileRequestIntent: "backup",
      });
  return { share, root };
};

const accountKey = (connectionString: string): StorageSharedKeyCredential => {
  const part = (name: string): string | undefined =>
    new RegExp(`(?:^|;)\\s*${name}=([^;]*)`, "i").exec(connectionString)?.[1];
  const [name, key] = [part("AccountName"), part("AccountKey")];
  if (!name || !key) {
    throw new AppError("misconfigured", "The share's connection string has no AccountName and AccountKey.");
  }
  return new StorageSharedKeyCredential(name, key);
};
