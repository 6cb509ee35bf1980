import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

const pieceBytes = 1024 * 1024;

/** The sha256 of a file in hexadecimal, which takes no more memory for a large one. */
export const hashFile = async (path: string): Promise<string> => {
  const file = await open(path);
  try {
    const hash = createHash("sha256");
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes);
      if (bytesRead === 0) return hash.digest("hex");
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
};
