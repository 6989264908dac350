import { Buffer } from "node:buffer";
import { assertEquals, assertRejects } from "@std/assert";
import { TRANSFER_ENCODINGS } from "../../src/input/transfer_encoding.ts";
import { encodeLatin1 } from "../support/oracle/charsets.ts";
import { freshSeed, Random } from "../support/random.ts";
import { concat, randomlyCut, streamOf } from "../support/streams.ts";

async function decode(
  encoding: string,
  stream: ReadableStream<Uint8Array>,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const malformed = (reason: string) => new RangeError(reason);
  for await (const part of TRANSFER_ENCODINGS[encoding](stream, malformed)) {
    parts.push(part.slice());
  }
  return concat(...parts);
}

const QP = "quoted-printable";

/** What is encoded, and what comes of it; undefined for what is refused. */
const ROWS: [encoding: string, encoded: string, text: string | undefined][] = [
  ["binary", "a=\r\n=", "a=\r\n="],
  ["base64", "", ""],
  ["base64", "dG8gYmU=", "to be"],
  ["base64", "dG8gYmU", "to be"],
  ["base64", "dG8g\r\nYm \tU=\r\n", "to be"],
  ["base64", "dG8gYmUh", "to be!"],
  ["base64", "w6k=", "\xc3\xa9"],
  ["base64", "/+8=\n", "\xff\xef"],
  ["base64", "YQ==", "a"],
  ["base64", "YQ", "a"],
  ["base64", "YQ=", undefined],
  ["base64", "Y", undefined],
  ["base64", "Y===", undefined],
  ["base64", "====", undefined],
  ["base64", "YQ==YQ==", undefined],
  ["base64", "YWI=YQ", undefined],
  ["base64", "YWJj=", undefined],
  ["base64", "YQ=====", undefined],
  ["base64", "to be!", undefined],
  ["base64", "dG8-YmU_", undefined],
  [QP, "", ""],
  [QP, "to be", "to be"],
  [QP, "=C3=A9t=c3=a9", "\xc3\xa9t\xc3\xa9"],
  [QP, "=3D=\r\n=3D", "=="],
  [QP, "soft=\r\nened, soft=\nened, soft= \t\r\nened", "softened, softened, softened"],
  [QP, "end=", "end"],
  [QP, "end=\r\n", "end"],
  [QP, "end= ", "end"],
  [QP, "hard\r\nend\n", "hard\r\nend\n"],
  [QP, "padded \t\r\nline  \nand text \t", "padded\r\nline\nand text"],
  [QP, "kept=20\r\n", "kept \r\n"],
  [QP, "a\rb \r", "a\rb\r"],
  [QP, "a=", "a"],
  [QP, "a==\r\nb", undefined],
  [QP, "a=4", undefined],
  [QP, "a=G1", undefined],
  [QP, "a = b", undefined],
];

for (const [encoding, encoded, text] of ROWS) {
  Deno.test(`${encoding} of ${JSON.stringify(encoded)} is read, wherever it is cut`, async () => {
    const bytes = encodeLatin1(encoded);
    for (let cut = 1; cut <= bytes.length + 1; cut++) {
      const decoded = () => decode(encoding, streamOf(bytes, cut));
      if (text === undefined) await assertRejects(decoded, RangeError);
      else assertEquals(await decoded(), encodeLatin1(text), `in pieces of ${cut}`);
    }
  });
}

Deno.test("base64 and quoted-printable give back any bytes, however they are cut", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  for (let round = 0; round < 60; round++) {
    const bytes = Uint8Array.from({ length: random.below(5000) }, () => random.below(256));
    const base64 = Buffer.from(bytes).toString("base64").replace(/.{76}/g, "$&\r\n");
    const hex = [...bytes].map((byte) => `=${byte.toString(16).padStart(2, "0").toUpperCase()}`);
    const quoted = hex.map((each, i) => i % 20 === 19 ? `${each}=\r\n` : each).join("");
    for (const [encoding, encoded] of [["base64", base64], [QP, quoted]]) {
      const stream = randomlyCut(encodeLatin1(encoded), random);
      assertEquals(await decode(encoding, stream), bytes, `seed ${seed}, round ${round}`);
    }
  }
});

Deno.test("quoted-printable takes more blanks than any line, which it does not hold", async () => {
  const blanks = " ".repeat(1 << 18);
  const decoded = await decode(QP, streamOf(encodeLatin1(`a${blanks}b${blanks}\r\n`), 8192));
  const text = new TextDecoder().decode(decoded);
  assertEquals(text.replace(/ +/g, " ").trimEnd(), "a b");
  await assertRejects(() => decode(QP, streamOf(encodeLatin1(`a=${blanks}b`), 8192)), RangeError);
});
