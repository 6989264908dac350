import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { Expansion } from "../../src/input/expansion.ts";
import { MOST_HEADER_BYTES, MOST_PARTS, readMultipart } from "../../src/input/multipart.ts";
import type { TextPart } from "../../src/input/text_series.ts";
import { COMPRESS } from "../support/compress.ts";
import { freshSeed, Random } from "../support/random.ts";
import { concat, randomlyCut, readBytes, streamOf } from "../support/streams.ts";

const TYPE = "multipart/form-data; boundary=XX";
const bytesOf = (text: string) => new TextEncoder().encode(text);
const FILE = 'Content-Disposition: form-data; name="f"; filename="a.txt"';

const partDecoding = (decompress: "none" | "auto" = "none", limits = {}) => ({
  decompress,
  expansion: new Expansion(limits),
});

interface ReadPart {
  name?: string;
  charset?: string;
  text: string;
}

async function read(
  body: ReadableStream<Uint8Array> | string,
  type = TYPE,
  cut = 1 << 20,
  decoding = partDecoding(),
): Promise<ReadPart[]> {
  const stream = typeof body === "string" ? streamOf(bytesOf(body), cut) : body;
  const parts: ReadPart[] = [];
  for await (const part of readMultipart(stream, type, {}, decoding).texts.texts) {
    const { text, ...rest } = part as TextPart;
    const bytes = await readBytes(text as ReadableStream<Uint8Array>);
    parts.push({ ...rest, text: new TextDecoder().decode(bytes) });
  }
  return parts;
}

async function errorOf(body: string, type = TYPE): Promise<JobError> {
  const errors = [];
  for (const cut of [1, 5, 1 << 20]) {
    errors.push(await assertRejects(() => read(body, type, cut), JobError, "", body));
  }
  assertEquals(new Set(errors.map((each) => each.message)).size, 1, `${errors}`);
  return errors[0];
}

Deno.test("readMultipart() gives files and text fields in order, wherever the body is cut", async () => {
  const body = [
    "a preamble\r\n--XX \t",
    FILE,
    'Content-Type: text/plain; charset="UTF-8"',
    "",
    "to be\r\n--X\r\n--xX\r\n",
    "--XX",
    'content-disposition: form-data; name="text"',
    "",
    "",
    "--XX",
    'Content-Disposition:form-data; name=text; filename="ž \\"€\\".txt"',
    "Content-Transfer-Encoding: 8bit",
    "X-Other: anything: at all",
    "",
    "or not\r",
    "--XX--",
    "an epilogue\r\n--XX\r\n",
  ].join("\r\n");
  const expected = [
    { name: "a.txt", charset: "UTF-8", text: "to be\r\n--X\r\n--xX\r\n" },
    { name: "text", text: "" },
    { name: 'ž "€".txt', text: "or not\r" },
  ];
  for (let cut = 1; cut < 50; cut++) assertEquals(await read(body, TYPE, cut), expected, `${cut}`);
  assertEquals(await read(body), expected);
});

/** A part with these headers. */
const partOf = (headers: string, text: string) => `--XX\r\n${headers}\r\n\r\n${text}\r\n`;
const field = (name: string) => `Content-Disposition: form-data; name="${name}"`;

const PARTS: { name: string; body: string; parts: ReadPart[] }[] = [
  {
    name: "headers that are folded",
    body: partOf(
      'Content-Disposition: form-data;\r\n name="a";\r\n\t filename="a\r\n b.txt"\r\n' +
        "Content-Type: text/plain;\r\n\tcharset=iso-8859-1\r\nX: a\r\n \r\n b",
      "to",
    ),
    parts: [{ name: "a b.txt", charset: "iso-8859-1", text: "to" }],
  },
  {
    name: "base64 and quoted-printable",
    body: partOf(`${FILE}\r\nContent-Transfer-Encoding: BASE64`, "dG8gYmU=\r\n") +
      partOf(
        `${field("text")}\r\ncontent-transfer-encoding:Quoted-Printable `,
        "=C3=A9t=\r\n=C3=A9",
      ),
    parts: [{ name: "a.txt", text: "to be" }, { name: "text", text: "été" }],
  },
  {
    name: "a name that is encoded",
    body: partOf("Content-Disposition: form-data; name=a; filename*=utf-8''%C3%A9.txt", "to"),
    parts: [{ name: "é.txt", text: "to" }],
  },
  {
    name: "fields of lists",
    body: partOf(field("text[]"), "a") + partOf(field("text[0]"), "b") + partOf(field("text"), "c"),
    parts: [{ name: "text[]", text: "a" }, { name: "text[0]", text: "b" }, {
      name: "text",
      text: "c",
    }],
  },
  {
    name: "a charset of the form, which is that of its fields",
    body: partOf(field("_charset_"), "iso-8859-2") + partOf(field("text"), "a") +
      partOf(FILE, "b") +
      partOf(`${field("text")}\r\nContent-Type: text/plain; charset=utf-8`, "c"),
    parts: [
      { name: "text", charset: "iso-8859-2", text: "a" },
      { name: "a.txt", text: "b" },
      { name: "text", charset: "utf-8", text: "c" },
    ],
  },
  {
    name: "buttons, empty fields and places of images",
    body: partOf(field("submit"), "Count") + partOf(field("text"), "a") +
      partOf(field("other"), "") +
      partOf(field("go.x"), "3") + partOf(field("go.y"), "-4") + partOf(field("_charset_"), "") +
      partOf(field("csrf_token"), "b") + partOf(field("btn-primary"), "Go") +
      partOf(field("_charset_"), "UTF-8"),
    parts: [{ name: "text", text: "a" }],
  },
];

for (const { name, body, parts } of PARTS) {
  Deno.test(`readMultipart() reads ${name}, wherever the body is cut`, async () => {
    for (let cut = 1; cut < 60; cut++) {
      assertEquals(await read(`${body}--XX--`, TYPE, cut), parts, `in pieces of ${cut}`);
    }
  });
}

Deno.test("readMultipart() reads what FormData writes", async () => {
  const form = new FormData();
  form.append("text", "to be\r\nor not");
  form.append("files", new File(["a".repeat(200_000)], 'na"me.txt', { type: "text/plain" }));
  const response = new Response(form);
  const type = response.headers.get("content-type")!;
  const [text, file] = await read(response.body!, type);
  assertEquals(text, { name: "text", text: "to be\r\nor not" });
  assertEquals(file.text, "a".repeat(200_000));
});

Deno.test("readMultipart() finds no part in an empty form", async () => {
  assertEquals(await read("--XX--"), []);
  assertEquals(await read("--XX--\r\n"), []);
});

Deno.test("readMultipart() refuses boundaries that cannot be", () => {
  const types = [
    "multipart/form-data",
    "multipart/form-data; boundary=",
    'multipart/form-data; boundary=""',
    'multipart/form-data; boundary="a "',
    "multipart/form-data; boundary=é",
    `multipart/form-data; boundary=${"x".repeat(71)}`,
    "multipart/form-data; boundary=a; boundary=b",
  ];
  for (const type of types) {
    const error = assertThrows(
      () => readMultipart(streamOf(bytesOf("x"), 1), type, {}, partDecoding()),
      JobError,
      "",
      type,
    );
    assertEquals([error.code, error.details.value], ["invalid_multipart", type]);
  }
});

Deno.test("readMultipart() refuses what it would otherwise count wrong", async () => {
  const rows: [body: string, says: string][] = [
    ["", "it ends early"],
    ["no boundary at all", "it ends early"],
    ["--XX", "it ends early"],
    [`--XX\r\n${FILE}`, "it ends early"],
    [`--XX\r\n${FILE}\r\n\r\nto be`, "it ends early"],
    [`--XX\r\n${FILE}\r\n\r\nto be\r\n--XX`, "it ends early"],
    [`--XXY\r\n${FILE}\r\n\r\nto be\r\n--XX--`, "does not end its line"],
    [`--XX\n${FILE}\n\nto be\n--XX--\r\n`, "does not end its line with CR and LF"],
    [`--XX\r\n\r\nto be\r\n--XX--`, "part 0 is no form-data with a name"],
    [`--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n\r\n--XX--`, "part 0 is no form-data"],
    [`--XX\r\nContent-Disposition: form-data\r\n\r\n\r\n--XX--`, "with a name"],
    [`--XX\r\nContent-Disposition: form-data; name="\r\n\r\n\r\n--XX--`, "cannot be read"],
    [
      `--XX\r\nContent-Disposition: form-data; name=other\r\n\r\na\r\n--XX--`,
      "field 'other' is neither",
    ],
    [`--XX\r\n${FILE}\r\n${FILE}\r\n\r\na\r\n--XX--`, "two headers 'content-disposition'"],
    [`--XX\r\n folded\r\n${FILE}\r\n\r\na\r\n--XX--`, "a malformed header"],
    [`--XX\r\n${FILE}\r\nno colon\r\n\r\na\r\n--XX--`, "a malformed header"],
    [`--XX\r\n${FILE}\r\nContent-Transfer-Encoding: base64\r\n\r\na\r\n--XX--`, "is no base64"],
    [
      `--XX\r\n${FILE}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=\r\n=4\r\n--XX--`,
      "part 'a.txt' is no quoted-printable",
    ],
    [
      partOf(field("text"), "a") + partOf(field("_charset_"), "latin1") + "--XX--",
      "'_charset_' is behind a text",
    ],
    [partOf(field("submit"), "a".repeat(1001)) + "--XX--", "exceeds 1000 bytes"],
    [partOf(field("other"), "a".repeat(1001)) + "--XX--", "field 'other' is neither"],
    [partOf(field("x"), "left") + "--XX--", "field 'x' is neither"],
    [
      `--XX\r\n${FILE}\r\nX: ${"x".repeat(MOST_HEADER_BYTES)}\r\n\r\na\r\n--XX--`,
      "exceed 16384 bytes",
    ],
  ];
  for (const [body, says] of rows) {
    const error = await errorOf(body);
    assertEquals([error.code, error.status], ["invalid_multipart", 400], body);
    assertStringIncludes(error.message, says);
  }
});

Deno.test("readMultipart() refuses parts that are wrapped themselves", async () => {
  const types = [
    ...["multipart/mixed; boundary=YY", "multipart/form-data; boundary=YY", "application/zip"],
    ...["Application/GZIP", "application/x-zip-compressed", "image/png", "application/pdf"],
    ...["application/json", "application/jsonl", "application/x-www-form-urlencoded"],
  ].map((type) => `Content-Type: ${type}`);
  const encodings = ["x-uuencode", "gzip", "toString", ""].map((each) =>
    `Content-Transfer-Encoding: ${each}`
  );
  for (const header of [...types, ...encodings]) {
    const error = await errorOf(`--XX\r\n${FILE}\r\n${header}\r\n\r\n--YY--\r\n--XX--`);
    assertEquals([error.code, error.details.part], ["unsupported_media", 0]);
  }
});

/** A form with one part, which has these headers. */
function formOf(bytes: Uint8Array, headers: string, name = "a.txt"): Uint8Array<ArrayBuffer> {
  const disposition = `Content-Disposition: form-data; name="f"; filename="${name}"`;
  const head = `--XX\r\n${disposition}\r\n${headers}\r\n`;
  return concat(bytesOf(head), bytes, bytesOf("\r\n--XX--"));
}

Deno.test("readMultipart() undoes the codings of a part, wherever the body is cut", async () => {
  const text = bytesOf("to be or not to be");
  const plain = "Content-Type: text/plain\r\n";
  const rows: [Uint8Array, headers: string, name: string, "none" | "auto"][] = [
    [COMPRESS.gzip(text), "Content-Encoding: gzip\r\n", "a.txt", "none"],
    [COMPRESS.br(COMPRESS.gzip(text)), "Content-Encoding: x-gzip, br\r\n", "a", "none"],
    [text, "Content-Encoding: identity\r\n", "a", "none"],
    [text, "Content-Encoding: aws-chunked\r\n", "a", "none"],
    [
      COMPRESS.gzip(text),
      "Content-Encoding: gzip\r\nContent-Type: application/gzip\r\n",
      "a",
      "none",
    ],
    [COMPRESS.gzip(text), "Content-Type: application/x-gzip\r\n", "a", "auto"],
    [COMPRESS.gzip(text), plain, "a.gz", "auto"],
    [COMPRESS.gzip(text), "", "a", "auto"],
    [COMPRESS.br(text), plain, "a.txt.br", "auto"],
    [text, plain, "a.gz", "auto"],
  ];
  for (const [bytes, headers, name, decompress] of rows) {
    const body = formOf(bytes, headers, name);
    for (const cut of [1, 7, 1 << 20]) {
      const parts = await read(streamOf(body, cut), TYPE, cut, partDecoding(decompress));
      assertEquals(parts.map((part) => part.text), ["to be or not to be"], `${headers} ${name}`);
    }
  }
});

Deno.test("readMultipart() refuses a part whose coding it does not know, or that is broken", async () => {
  const gzip = COMPRESS.gzip(bytesOf("a".repeat(1000)));
  const rows: [Uint8Array, string, code: string][] = [
    [gzip, "Content-Encoding: compress\r\n", "unsupported_media"],
    [bytesOf("to be"), "Content-Encoding: gzip\r\n", "invalid_encoding"],
    [
      COMPRESS.gzip(bytesOf("to be")).subarray(0, 20),
      "Content-Encoding: gzip\r\n",
      "invalid_encoding",
    ],
    [gzip, "Content-Encoding: gzip\r\n", "expansion_limit"],
  ];
  for (const [bytes, headers, code] of rows) {
    const decoding = partDecoding("none", { maxExpandedBytes: 500 });
    const body = streamOf(formOf(bytes, headers), 10);
    const error = await assertRejects(() => read(body, TYPE, 1, decoding), JobError);
    assertEquals(error.code, code);
    if (code === "unsupported_media") assertEquals(error.details.part, 0);
  }
});

Deno.test("readMultipart() refuses a part in chunks of aws-chunked when it is read", async () => {
  const chunks = bytesOf("5\r\nto be\r\n0\r\n\r\n");
  const body = streamOf(formOf(chunks, "Content-Encoding: aws-chunked\r\n"), 10);
  const error = await assertRejects(() => read(body), JobError, "aws-chunked");
  assertEquals(error.code, "unsupported_media");
});

Deno.test("readMultipart() bounds the number of parts", async () => {
  const parts = (count: number) => `--XX\r\n${FILE}\r\n\r\na\r\n`.repeat(count) + "--XX--";
  assertEquals((await read(parts(MOST_PARTS))).length, MOST_PARTS);
  const error = await assertRejects(() => read(parts(MOST_PARTS + 1)), JobError);
  assertEquals([error.code, error.details.limit], ["invalid_multipart", MOST_PARTS]);
});

Deno.test("readMultipart() reads no further than its reader", async () => {
  let pulled = 0;
  const head = bytesOf(`--XX\r\n${FILE}\r\n\r\n`);
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(pulled++ === 0 ? head : new Uint8Array(10_000));
    },
  }, { highWaterMark: 0 });
  const { texts } = readMultipart(body, TYPE, {}, partDecoding());
  const parts = texts.texts as AsyncGenerator<TextPart>;
  const { value } = await parts.next();
  const reader = ((value as TextPart).text as ReadableStream<Uint8Array>).getReader();
  for (let i = 0; i < 3; i++) await reader.read();
  assert(pulled < 10, `${pulled} pulls`);
});

Deno.test("readMultipart() gives back any files, or an error where the body is damaged", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const pieces = ["\r", "\n", "-", "--", "XX", "\r\n--XX", "\r\n--X", " ", ":", "word", "\0", "é"];
  for (let i = 0; i < 400; i++) {
    const texts = Array.from({ length: random.below(5) }, () => {
      const text = Array.from({ length: random.below(40) }, () => random.pick(pieces)).join("");
      return text.replaceAll("\r\n--XX", "\r\n--XZ");
    });
    const whole = bytesOf(
      texts.map((text) => `--XX\r\n${FILE}\r\n\r\n${text}\r\n`).join("") + "--XX--",
    );
    const where = `seed ${seed}, case ${i}`;
    assertEquals((await read(randomlyCut(whole, random))).map((part) => part.text), texts, where);
    const damaged = concat(
      whole.subarray(0, random.below(whole.length)),
      bytesOf(random.pick(pieces)),
      whole.subarray(random.below(whole.length)),
    );
    try {
      await read(randomlyCut(damaged, random));
    } catch (error) {
      assert(error instanceof JobError, `${where}: ${error}`);
    }
  }
});
