import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { FORM_BYTES, readForm, readFormStream } from "../../src/intake/form_input.ts";
import type { TextPart, Texts } from "../../src/input/text_series.ts";
import { encodeLatin1 } from "../support/oracle/charsets.ts";
import { readBytes, streamOf } from "../support/streams.ts";

/** The texts of a form, or undefined for what is none. */
function textsOf(input: Uint8Array | ReadableStream<Uint8Array> | Texts) {
  if (input instanceof Uint8Array || input instanceof ReadableStream) return undefined;
  return (input.texts as TextPart[]).map(({ text, charset }) => ({
    text: new TextDecoder(charset).decode(text as Uint8Array),
    ...(charset === undefined ? {} : { charset }),
  }));
}

const plain = (...texts: string[]) => texts.map((text) => ({ text }));

/** What is sent, and the texts of it where it is a form by itself. */
const ROWS: [body: string, texts: { text: string; charset?: string }[] | undefined][] = [
  ["text=to+be", plain("to be")],
  ["text=to%20be%2Bor", plain("to be+or")],
  ["text=%C3%A9t%c3%a9", plain("été")],
  ["text=", plain("")],
  ["text", plain("")],
  ["text=a=b&text=c", plain("a=b", "c")],
  ["text%5B%5D=a&text[]=b&text%5B2%5D=c", plain("a", "b", "c")],
  ["&&text=a&", plain("a")],
  ["text=a&submit=Count&x=3&y=14&go.x=3&button=&other=", plain("a")],
  ["utf8=%E2%9C%93&authenticity_token=abc&text=a&commit=Count", plain("a")],
  ["text=%E9&_charset_=ISO-8859-1", [{ text: "é", charset: "ISO-8859-1" }]],
  ["_charset_=&text=a", plain("a")],
  ["te%78t=a", plain("a")],
  // what is no form
  ["to be", undefined],
  ["text=to be", undefined],
  ["text=a\n", undefined],
  ["text=\xe9", undefined],
  ["text=\x7f", undefined],
  ["text=100%", undefined],
  ["text=100%2", undefined],
  ["text=%zz", undefined],
  ["a=b", undefined],
  ["Text=a", undefined],
  ["texts=a", undefined],
  ['{"text":"a"}', undefined],
];

for (const [body, texts] of ROWS) {
  Deno.test(`readForm() of ${JSON.stringify(body)} ${texts ? "finds texts" : "is no form"}`, async () => {
    const bytes = encodeLatin1(body);
    assertEquals(textsOf(readForm(bytes, { form: "auto" })), texts);
    for (let cut = 1; cut <= bytes.length; cut++) {
      const read = await readFormStream(streamOf(bytes, cut), {}, { form: "auto" });
      assertEquals(textsOf(read), texts, `in pieces of ${cut}`);
      if (read instanceof ReadableStream) assertEquals(await readBytes(read), bytes);
    }
  });
}

Deno.test("readForm() takes for a form what is said to be one, and nothing that is said to be none", () => {
  const rows: [body: string, texts: { text: string }[]][] = [
    ["text=to be\nor", plain("to be\nor")],
    ["text=100%&text=%zz%", plain("100%", "%zz%")],
    [`text=${"a".repeat(FORM_BYTES)}`, plain("a".repeat(FORM_BYTES))],
  ];
  for (const [body, texts] of rows) {
    const bytes = encodeLatin1(body);
    assertEquals(textsOf(readForm(bytes, { form: "true" })), texts);
    assertEquals(textsOf(readForm(bytes, { form: "auto" })), undefined);
  }
  assert(!(readForm(encodeLatin1("text=a"), { form: "auto" }) instanceof Uint8Array));
});

Deno.test("readForm() refuses a form that would lose something, or has no text", () => {
  const rows: [body: string, form: "auto" | "true", says: string][] = [
    ["text=a&body=b", "auto", "field 'body' would be lost"],
    ["text=a&top=5", "auto", "field 'top' would be lost"],
    ["text%5B0%5D%5Ba%5D=b", "auto", "field 'text[0][a]' would be lost"],
    ["text=a&x=left", "auto", "field 'x' would be lost"],
    [`text=a&submit=${"b".repeat(1001)}`, "auto", "field 'submit' would be lost"],
    [`text=a${"&a=".repeat(1000)}`, "auto", "more than 1000 fields"],
    ["to be", "true", "no field 'text'"],
    ["a=&submit=b", "true", "no field 'text'"],
    ["", "true", "no field 'text'"],
  ];
  for (const [body, form, says] of rows) {
    const bytes = encodeLatin1(body);
    const error = assertThrows(() => readForm(bytes, { form }), JobError);
    assertEquals([error.code, error.status], ["invalid_form", 400], body);
    assertStringIncludes(error.message, says);
  }
});

Deno.test("readFormStream() gives back the whole of a long body, and reads no further at first", async () => {
  const bytes = encodeLatin1(`text=${"a".repeat(FORM_BYTES * 3)}`);
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = bytes.slice(pulled * 8192, ++pulled * 8192);
      if (piece.length > 0) controller.enqueue(piece);
      else controller.close();
    },
  }, { highWaterMark: 0 });
  const read = await readFormStream(body, {}, { form: "auto" });
  assert(pulled <= 10, `${pulled} pulls`);
  assertEquals(await readBytes(read as ReadableStream<Uint8Array>), bytes);
});

Deno.test("readFormStream() bounds what is said to be a form as any body", async () => {
  const body = () => streamOf(encodeLatin1("text=to+be"), 4);
  const read = readFormStream(body(), { maxBytes: 9 }, { form: "true" });
  assertEquals((await assertRejects(() => read, JobError)).code, "body_too_large");
});
