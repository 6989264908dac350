import { assertEquals, assertRejects } from "@std/assert";
import { refuseChunks } from "../../src/input/aws_chunks.ts";
import { beginsSignedChunk, mayBeginChunk } from "../../src/input/aws_line.ts";
import { JobError } from "../../src/contract/problems.ts";
import { requireText } from "../../src/input/signatures.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const SIGNED = `12;chunk-signature=${"0a".repeat(32)}\r\nto be or not to be\r\n0;chunk-signature=`;
const LARGE = "x".repeat(100_000);

interface Row {
  body: string;
  /** Under `aws-chunked`. */
  isRefused: boolean;
  isSigned?: boolean;
  /** Whether headers are looked at, where nothing says `aws-chunked`. */
  mayBegin?: boolean;
}

const ROWS: Row[] = [
  { body: SIGNED, isRefused: true, isSigned: true, mayBegin: true },
  { body: SIGNED.toUpperCase().slice(0, 60) + "\r\nTO", isRefused: true, isSigned: true },
  { body: SIGNED.replace("0a\r", "0a****\r"), isRefused: true, isSigned: true, mayBegin: true },
  { body: "12\r\nto be or not to be\r\n0\r\n\r\n", isRefused: true, mayBegin: true },
  { body: "12\r\nto be or not to be", isRefused: true, mayBegin: true },
  { body: `186a0\r\n${LARGE}\r\n0\r\n`, isRefused: true, mayBegin: true },
  { body: "0\r\n\r\n", isRefused: true, mayBegin: true },
  { body: "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n", isRefused: true, mayBegin: true },
  { body: "0\r\n\r\nis a number", isRefused: false, mayBegin: true },
  { body: "12\r\nto be or not to be, says he\r\n", isRefused: false, mayBegin: true },
  { body: "13\r\nto be or not to be", isRefused: false, mayBegin: true },
  { body: `fffff\r\nbe\r\n`, isRefused: false, mayBegin: true },
  { body: "12 to be", isRefused: false },
  { body: "12\nto be or not to be\n", isRefused: false },
  { body: "12;to be\r\n", isRefused: false, mayBegin: true },
  { body: "be\r\nor", isRefused: false, mayBegin: true },
  { body: ";chunk-signature=ab\r\n", isRefused: false },
  { body: "12;chunk-signature=ab", isRefused: false, mayBegin: true },
  { body: "00000000000000012\r\n", isRefused: false },
  { body: "to be", isRefused: false },
  { body: "a", isRefused: false },
  { body: "", isRefused: false },
];

async function* cut(bytes: Uint8Array, pieceBytes: number) {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

Deno.test("refuseChunks() refuses chunks whose size fits, in whatever pieces they come", async () => {
  for (const { body, isRefused } of ROWS) {
    for (const pieceBytes of body.length > 1000 ? [50_000, 1e6] : [1, 7, 1e6]) {
      const blocks = refuseChunks(cut(bytesOf(body), pieceBytes));
      const where = `${body.slice(0, 40)} by ${pieceBytes}`;
      const read = async () => (await Array.fromAsync(blocks)).reduce((n, b) => n + b.length, 0);
      if (!isRefused) {
        assertEquals(await read(), body.length, where);
        continue;
      }
      const { code } = await assertRejects(read, JobError, "aws-chunked", where);
      assertEquals(code, "unsupported_media");
    }
  }
});

Deno.test("beginsSignedChunk() knows signed chunks, whatever a header says", () => {
  for (const { body, isSigned = false } of ROWS) {
    assertEquals([body, beginsSignedChunk(bytesOf(body))], [body, isSigned]);
    let code: string | undefined;
    try {
      requireText(bytesOf(body));
    } catch (error) {
      code = (error as JobError).code;
    }
    assertEquals([body, code], [body, isSigned ? "unsupported_media" : undefined]);
  }
});

Deno.test("mayBeginChunk() looks for digits and what ends them", () => {
  for (const { body, isSigned = false, mayBegin = isSigned } of ROWS) {
    assertEquals([body, mayBeginChunk(bytesOf(body))], [body, mayBegin]);
  }
});
