import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { Decoder, type DecoderOptions } from "../../src/input/decoder.ts";
import { ByteSource } from "../../src/input/source.ts";
import type { Pull } from "../../src/input/splitter.ts";
import { encodeLatin1 } from "../support/oracle/charsets.ts";
import { anySoup } from "../support/oracle/generate_text.ts";
import { Random } from "../support/random.ts";

const encoder = new TextEncoder();
const BOM = "\ufeff";

/**
 * Gives out pieces as they are, at most one a read. Each read takes its buffer away for good, as
 * the streams of the platform do, also at the end: what is read is in the one that comes back.
 */
function pullOf(pieces: Uint8Array[]): Pull & { reads: number } {
  const rest = pieces.filter((piece) => piece.length > 0);
  return {
    reads: 0,
    read(buffer, offset) {
      this.reads++;
      const piece = rest.shift() ?? new Uint8Array(0);
      const part = piece.subarray(0, buffer.length - offset);
      if (part.length < piece.length) rest.unshift(piece.subarray(part.length));
      buffer.set(part, offset);
      const given = new Uint8Array(buffer.buffer.transfer());
      return Promise.resolve({ buffer: given, added: part.length });
    },
  };
}

async function readAll(decoder: Decoder, bufferBytes: number): Promise<Uint8Array> {
  const parts: number[] = [];
  let buffer = new Uint8Array(bufferBytes);
  for (let offset = 0;;) {
    const filled = await decoder.read(buffer, offset);
    if (filled.added === 0) return Uint8Array.from(parts);
    buffer = filled.buffer;
    parts.push(...buffer.subarray(offset, offset + filled.added));
    offset = (offset + filled.added) % bufferBytes;
  }
}

function utf16(text: string, charset: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) {
    view.setUint16(i * 2, text.charCodeAt(i), charset === "utf-16le");
  }
  return bytes;
}

interface Case {
  name: string;
  input: Uint8Array;
  options?: DecoderOptions;
  output: string | Uint8Array;
  charset?: string;
  skippedBytes?: number;
  replacements?: number;
}

const TEXT = "é中😀a";
const keep = { bom: "keep" } as const;
const BROKEN = Uint8Array.of(0x61, 0xff, 0xe2, 0x82, 0x62);
const le = "utf-16le";
const be = "utf-16be";

const CASES: Case[] = [
  { name: "nothing", input: new Uint8Array(0), output: "" },
  { name: "one byte", input: encoder.encode("a"), output: "a" },
  { name: "UTF-8", input: encoder.encode(TEXT), output: TEXT },
  { name: "broken UTF-8", input: BROKEN, output: BROKEN },
  { name: "a BOM", input: encoder.encode(BOM + TEXT), output: TEXT, skippedBytes: 3 },
  { name: "only a BOM", input: encoder.encode(BOM), output: "", skippedBytes: 3 },
  { name: "two BOMs", input: encoder.encode(BOM + BOM), output: BOM, skippedBytes: 3 },
  { name: "a BOM kept", input: encoder.encode(BOM + TEXT), options: keep, output: BOM + TEXT },
  { name: "half a BOM", input: Uint8Array.of(0xef, 0xbb), output: Uint8Array.of(0xef, 0xbb) },
  ...[le, be].flatMap((charset): Case[] => [
    {
      name: `${charset} with BOM`,
      input: utf16(BOM + TEXT, charset),
      output: TEXT,
      charset,
      skippedBytes: 2,
    },
    {
      name: `${charset} with BOM, labelled the other way`,
      input: utf16(BOM + TEXT, charset),
      options: { charset: charset === le ? be : "utf-16" },
      output: TEXT,
      charset,
      skippedBytes: 2,
    },
    ...["utf-8", "latin1"].map((label): Case => ({
      name: `${charset} with BOM, labelled ${label}`,
      input: utf16(BOM + TEXT, charset),
      options: { charset: label },
      output: TEXT,
      charset,
      skippedBytes: 2,
    })),
    {
      name: `${charset} with BOM kept`,
      input: utf16(BOM + TEXT, charset),
      options: keep,
      output: BOM + TEXT,
      charset,
    },
    {
      name: `${charset} by label`,
      input: utf16(TEXT, charset),
      options: { charset },
      output: TEXT,
      charset,
    },
    {
      name: `${charset} with lone surrogates and half a unit`,
      input: new Uint8Array([...utf16("a\ud800b\udc00\ud83d", charset), 0x61]),
      options: { charset },
      output: "a\ufffdb\ufffd\ufffd",
      charset,
      replacements: 3,
    },
  ]),
  ...["utf-16le", "utf-16be", "latin1", "sjis", "gb18030"].flatMap((charset): Case[] => [
    {
      name: `a BOM against the label ${charset}`,
      input: encoder.encode(BOM + TEXT),
      options: { charset },
      output: TEXT,
      skippedBytes: 3,
    },
    {
      name: `a BOM kept against the label ${charset}`,
      input: encoder.encode(BOM + TEXT),
      options: { charset, ...keep },
      output: BOM + TEXT,
    },
  ]),
  {
    name: "most of a BOM, which is windows-1252",
    input: Uint8Array.of(0xef, 0xbb, 0x80),
    options: { charset: "latin1" },
    output: "ï»€",
    charset: "windows-1252",
  },
  {
    name: "shift_jis, broken at the end",
    input: Uint8Array.of(0x93, 0xfa, 0x96, 0x7b, 0x82),
    options: { charset: "sjis" },
    output: "日本\ufffd",
    charset: "shift_jis",
    replacements: 1,
  },
  {
    name: "gb18030 with a sequence of four bytes",
    input: Uint8Array.of(0xd6, 0xd0, 0x94, 0x39, 0xfc, 0x36, 0x0a),
    options: { charset: "gb18030" },
    output: "中😀\n",
    charset: "gb18030",
  },
  {
    name: "iso-2022-jp, which has modes",
    input: Uint8Array.fromHex("611b2442467c1b284262"),
    options: { charset: "iso-2022-jp" },
    output: "a日b",
    charset: "iso-2022-jp",
  },
];

for (const { name, input, options, output, ...expected } of CASES) {
  Deno.test(`Decoder reads ${name}, however it is cut`, async () => {
    const bytes = typeof output === "string" ? encoder.encode(output) : output;
    for (let first = 0; first <= input.length; first++) {
      for (let second = first; second <= input.length; second++) {
        const cuts = [[0, first], [first, second], [second, input.length]];
        const source = pullOf(cuts.map(([from, to]) => input.subarray(from, to)));
        const decoder = new Decoder(source, options);
        const note = `cut at ${first} and ${second}`;
        assertEquals(await readAll(decoder, 1 + (first + second) % 9), bytes, note);
        assertEquals(decoder.charset, expected.charset ?? "utf-8", note);
        assertEquals(decoder.skippedBytes, expected.skippedBytes ?? 0, note);
        assertEquals(decoder.bomSkipped, (expected.skippedBytes ?? 0) > 0, note);
        assertEquals(decoder.replacements, expected.replacements ?? 0, note);
      }
    }
  });
}

Deno.test("Decoder reads a long text of any encoding through a byte source", async () => {
  let text = "";
  for (const random = new Random(3); text.length < 300_000;) text += anySoup(random, 4000);
  for (const input of [encoder.encode(BOM + text), utf16(BOM + text, le), utf16(BOM + text, be)]) {
    const decoder = new Decoder(new ByteSource(new Response(input as BufferSource).body!));
    assertEquals(await readAll(decoder, 10_000), encoder.encode(text), decoder.charset);
  }
});

Deno.test("Decoder asks for nothing before it is asked", async () => {
  const source = pullOf([utf16(BOM + "ab", le), utf16("cd", le)]);
  const decoder = new Decoder(source);
  assertEquals(source.reads, 0);
  const buffer = new Uint8Array(1);
  await decoder.read(buffer, 0);
  const { reads } = source;
  await decoder.read(buffer, 0); // "b" is there already
  assertEquals(source.reads, reads);
});

const UTF32_MARKS = [Uint8Array.of(0xff, 0xfe, 0, 0), Uint8Array.of(0, 0, 0xfe, 0xff)];

Deno.test("Decoder refuses UTF-32 by its mark, whatever the label, however it is cut", async () => {
  for (const mark of UTF32_MARKS) {
    for (const charset of [undefined, "utf-8", "utf-16le", "latin1"]) {
      for (let cut = 0; cut <= mark.length; cut++) {
        const source = pullOf([mark.subarray(0, cut), mark.subarray(cut), new Uint8Array(4)]);
        const error = await assertRejects(
          () => readAll(new Decoder(source, { charset }), 8),
          JobError,
        );
        assertEquals([error.code, error.status], ["unknown_charset", 415]);
      }
    }
  }
});

Deno.test("Decoder refuses UTF-16 without a mark unless a label names it, however it is cut", async () => {
  const input = utf16("to be", le);
  for (let cut = 0; cut <= input.length; cut++) {
    const pieces = [input.subarray(0, cut), input.subarray(cut)];
    const error = await assertRejects(() => readAll(new Decoder(pullOf(pieces)), 8), JobError);
    assertEquals([error.code, error.details.charset], ["unknown_charset", le]);
    const labelled = new Decoder(pullOf(pieces), { charset: le });
    assertEquals(await readAll(labelled, 8), encoder.encode("to be"));
  }
});

Deno.test("Decoder rejects an unknown charset", () => {
  const error = assertThrows(() => new Decoder(pullOf([]), { charset: "klingon" }), JobError);
  assertEquals([error.code, error.status], ["unknown_charset", 415]);
});

const bytes = (text: string) => encodeLatin1(text);

const BROKEN_AT: { name: string; charset: string; input: Uint8Array; offset: number }[] = [
  { name: "a lone low surrogate", charset: le, input: utf16("ab\udc00c", le), offset: 4 },
  { name: "a lone high surrogate", charset: le, input: utf16("\ufeffh\ud800el", le), offset: 4 },
  { name: "a high surrogate at the end", charset: be, input: utf16("ab\ud800", be), offset: 4 },
  { name: "half a unit", charset: be, input: bytes("\0a\0"), offset: 2 },
  { name: "half a unit behind others", charset: le, input: bytes("a\0b\0c"), offset: 4 },
  {
    name: "half a unit behind a high surrogate",
    charset: le,
    input: bytes("a\0\x3d\xd8\0"),
    offset: 2,
  },
  { name: "a wrong trail byte", charset: "sjis", input: bytes("a\x82 "), offset: 1 },
  { name: "another one", charset: "sjis", input: bytes("ab\x81\xff"), offset: 2 },
  { name: "a lead byte at the end", charset: "euc-kr", input: bytes("ab\xb0"), offset: 2 },
  { name: "three bytes of four", charset: "gb18030", input: bytes("ab\x81\x30\x81"), offset: 2 },
  { name: "a wrong fourth byte", charset: "gb18030", input: bytes("ab\x81\x30\x81!"), offset: 2 },
  { name: "two bytes of three", charset: "euc-jp", input: bytes("ab\x8f\xb0!"), offset: 2 },
  { name: "a byte that is none", charset: "windows-1253", input: bytes("ab\xaac"), offset: 2 },
  {
    name: "a byte behind an escape sequence",
    charset: "iso-2022-jp",
    input: bytes("ab\x1b$B\xff"),
    offset: 5,
  },
  { name: "a wrong escape", charset: "iso-2022-jp", input: bytes("ab\x1b$!"), offset: 2 },
  {
    name: "a lone surrogate behind a long text",
    charset: le,
    input: utf16("a".repeat(50) + "\udc00", le),
    offset: 100,
  },
];

for (const { name, charset, input, offset } of BROKEN_AT) {
  Deno.test(`Decoder fails at the first byte of ${name} when invalid is reject`, async () => {
    for (let first = 0; first <= input.length; first++) {
      for (let second = first; second <= Math.min(input.length, first + 3); second++) {
        const cuts = [[0, first], [first, second], [second, input.length]];
        const source = pullOf(cuts.map(([from, to]) => input.subarray(from, to)));
        const decoder = new Decoder(source, { charset, invalid: "reject" });
        const error = await assertRejects(() => readAll(decoder, 8), JobError, `byte ${offset} `);
        assertEquals([error.code, error.details.offset], ["invalid_utf8", offset]);
      }
    }
  });
}

Deno.test("Decoder fails at the first byte of a broken sequence that blocks cut", async () => {
  const head = 512; // what the decoder takes first; a block of 64 KiB follows
  for (let offset = head + 65536 - 6; offset <= head + 65536 + 2; offset++) {
    for (const broken of ["\x81\x30\x81!", "\x81\x30\x81"]) {
      const input = bytes("a".repeat(offset) + broken);
      const decoder = new Decoder(pullOf([input]), { charset: "gb18030", invalid: "reject" });
      const error = await assertRejects(() => readAll(decoder, 10_000), JobError);
      assertEquals(error.details.offset, offset);
    }
  }
});

Deno.test("Decoder takes 'auto' in any case, and is UTF-8 then", async () => {
  for (const charset of ["AUTO", "Auto", " auto "]) {
    const decoder = new Decoder(pullOf([encoder.encode(TEXT)]), { charset });
    assertEquals(decoder.charset, "utf-8");
    assertEquals(await readAll(decoder, 8), encoder.encode(TEXT));
    const wide = new Decoder(pullOf([utf16("to be", le)]), { charset });
    await assertRejects(() => readAll(wide, 8), JobError, le);
  }
});
