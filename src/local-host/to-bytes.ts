import type { TypedData } from "./core-contract.ts";

/** The bytes of a value as the host would write them to a body. */
export function toBytes(data: TypedData | null | undefined): Uint8Array {
  if (data?.bytes) return data.bytes;
  return Buffer.from(data?.string ?? data?.json ?? String(data?.int ?? data?.double ?? ""));
}
