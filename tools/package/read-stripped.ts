import { open } from "node:fs/promises";
import { AppError } from "../../src/shared/app-error.ts";

/** 64 bits, low byte first. */
const elf64 = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
const headerBytes = 64;

/** Where the header of such a file has the fields that are used here. */
const header = {
  programHeaders: 32,
  sections: 40,
  programHeaderBytes: 54,
  programHeaderCount: 56,
  sectionCount: 60,
  sectionOfNames: 62,
};

/** Where a program header has its segment's place in the file. */
const segment = { offset: 8, bytes: 32 };

/**
 * Reads a native file for Linux without its symbols, on any system. Its segments are all that is loaded; symbols and
 * the table of sections lie behind them. 46 MB are left of the Chroma engine's 437. Any other file is read as it is.
 * Fails with `misconfigured` when the file ends before its last segment does.
 */
export const readStripped = async (path: string): Promise<Uint8Array> => {
  const file = await open(path);
  const readStart = async (bytes: number): Promise<Buffer> => {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  };
  const readAll = async (bytes: number): Promise<Buffer> => {
    const start = await readStart(bytes);
    if (start.length === bytes) return start;
    throw new AppError("misconfigured", `${path} is cut short: run npm ci.`);
  };
  try {
    if (!(await readStart(elf64.length)).equals(elf64)) return await file.readFile();
    const programHeaders = programHeadersOf(await readAll(headerBytes));
    const stripped = await readAll(endOfSegments(await readAll(programHeaders.end), programHeaders));
    stripped.writeBigUInt64LE(0n, header.sections);
    stripped.writeUInt16LE(0, header.sectionCount);
    stripped.writeUInt16LE(0, header.sectionOfNames);
    return stripped;
  } finally {
    await file.close();
  }
};

interface ProgramHeaders {
  readonly first: number;
  readonly bytes: number;
  readonly end: number;
}

const programHeadersOf = (head: Buffer): ProgramHeaders => {
  const first = Number(head.readBigUInt64LE(header.programHeaders));
  const bytes = head.readUInt16LE(header.programHeaderBytes);
  return { first, bytes, end: first + bytes * head.readUInt16LE(header.programHeaderCount) };
};

const endOfSegments = (start: Buffer, { first, bytes, end }: ProgramHeaders): number => {
  let last = end;
  for (let at = first; at < end; at += bytes) {
    const segmentEnd = start.readBigUInt64LE(at + segment.offset) + start.readBigUInt64LE(at + segment.bytes);
    last = Math.max(last, Number(segmentEnd));
  }
  return last;
};
