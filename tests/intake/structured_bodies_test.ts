import { assertEquals } from "@std/assert";
import { encodeLatin1, encodeWide } from "../support/oracle/charsets.ts";
import { COMPRESS } from "../support/compress.ts";
import { FileServer } from "../support/http/file_server.ts";
import { ServerProcess } from "../support/http/server.ts";
import { concat } from "../support/streams.ts";

// What a body says in JSON, NDJSON, forms and charsets, through a whole server: by its length and
// in chunks, as a count and as a job.

interface Row {
  name: string;
  type?: string;
  query?: string;
  encoding?: string;
  body: string | Uint8Array<ArrayBuffer>;
  /** The counts as TSV, or the name of the problem. */
  answer: string;
  replacements?: number;
}

const TO_BE = "be\t1\nto\t1\n";
const JSON_TYPE = "application/json";
const NDJSON = "application/x-ndjson";
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=b";
const MARK = "\ufeff";

const utf8 = (text: string) => new TextEncoder().encode(text);

function multipart(headers: string, content: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const head = `--b\r\nContent-Disposition: form-data; ${headers}\r\n\r\n`;
  return concat(
    utf8(head),
    typeof content === "string" ? utf8(content) : content,
    utf8("\r\n--b--"),
  );
}

const ENCODINGS: Row[] = [
  ...["utf-8", "utf-16le", "latin1", "shift_jis"].map((charset) => ({
    name: `a mark of UTF-8 against ${charset}`,
    type: `text/plain; charset=${charset}`,
    body: MARK + "é",
    answer: "é\t1\n",
  })),
  ...["utf-16le", "utf-16be"].flatMap((charset): Row[] => [
    {
      name: `a mark of ${charset} against a label of the query`,
      query: "charset=windows-1252",
      body: encodeWide(MARK + "é", charset),
      answer: "é\t1\n",
    },
    {
      name: `${charset} by its label`,
      query: `charset=${charset}`,
      body: encodeWide("to be", charset),
      answer: TO_BE,
    },
    {
      name: `${charset} that says it nowhere`,
      body: encodeWide("to be or not", charset),
      answer: "unknown-charset",
    },
    {
      name: `${charset} in a part that says it nowhere`,
      type: MULTIPART,
      body: multipart('name=a; filename="a"', encodeWide("to be or not", charset)),
      answer: "unknown-charset",
    },
    {
      name: `a mark of ${charset} in a part that says latin1`,
      type: MULTIPART,
      body: multipart(
        'name=a; filename="a"\r\nContent-Type: text/plain; charset=latin1',
        encodeWide(MARK + "to be", charset),
      ),
      answer: TO_BE,
    },
    {
      name: `${charset} in JSON that says it nowhere`,
      type: JSON_TYPE,
      body: encodeWide('["to","be"]', charset),
      answer: "unknown-charset",
    },
    {
      name: `${charset} in JSON by its label`,
      type: `${JSON_TYPE}; charset=${charset}`,
      body: encodeWide('["to","be"]', charset),
      answer: TO_BE,
    },
  ]),
  ...["utf-32le", "utf-32be"].flatMap((charset): Row[] => [
    { name: charset, body: encodeWide("to be", charset), answer: "unknown-charset" },
    {
      name: `${charset} with its mark, called utf-16`,
      query: "charset=utf-16",
      body: encodeWide(MARK + "to be", charset),
      answer: "unknown-charset",
    },
  ]),
  { name: "a NUL in UTF-8", body: "to\0be", answer: TO_BE },
  {
    name: "what looks like UTF-16 and is called UTF-8",
    type: "text/plain; charset=utf-8",
    body: encodeWide("ab", "utf-16le"),
    answer: "a\t1\nb\t1\n",
  },
];

const DOCUMENTS: Row[] = [
  { name: "JSON with a mark", type: JSON_TYPE, body: MARK + '["to","be"]', answer: TO_BE },
  {
    name: "JSON by a suffix",
    type: "application/vnd.x+json",
    body: '{"text":"to be"}',
    answer: TO_BE,
  },
  {
    name: "a text twice",
    type: JSON_TYPE,
    body: '{"text":"a","text":"b"}',
    answer: "invalid-json",
  },
  {
    name: "a wrong text first",
    type: JSON_TYPE,
    body: '{"text":5,"text":"b"}',
    answer: "invalid-json",
  },
  {
    name: "halves of surrogate pairs in words",
    type: JSON_TYPE,
    body: '["a\\ud800","\\udc00","\\ud83d\\ude00"]',
    answer: "a\ufffd\t1\n\ufffd\t1\n😀\t1\n",
    replacements: 2,
  },
  {
    name: "a half of a pair in a text",
    type: JSON_TYPE,
    query: "tokenizer=whitespace",
    body: '{"text":"a\\ud800 b"}',
    answer: "a\ufffd\t1\nb\t1\n",
    replacements: 1,
  },
  {
    name: "a half of a pair in words, to be rejected",
    type: JSON_TYPE,
    query: "invalid=reject",
    body: '["a","b\\ud800"]',
    answer: "invalid-utf8",
  },
  {
    name: "a half of a pair in texts, to be rejected",
    type: JSON_TYPE,
    query: "invalid=reject",
    body: '{"texts":["a","b\\ud800"]}',
    answer: "invalid-utf8",
  },
  {
    name: "bytes in JSON that are no UTF-8",
    type: JSON_TYPE,
    body: encodeLatin1('["a\xff","\xef\xbf\xbd"]'),
    answer: "a\ufffd\t1\n\ufffd\t1\n",
    replacements: 1,
  },
  {
    name: "bytes in JSON that are no UTF-8, to be rejected",
    type: JSON_TYPE,
    query: "invalid=reject",
    body: encodeLatin1('{"text":"a\xff"}'),
    answer: "invalid-utf8",
  },
  { name: "deep JSON", type: JSON_TYPE, body: "[".repeat(200_000), answer: "invalid-json" },
  {
    name: "deep lines",
    type: NDJSON,
    body: `{"text":"a","b":${"[".repeat(200_000)}`,
    answer: "invalid-json",
  },
  ...["x-ndjson", "ndjson", "jsonl", "x-jsonlines", "json-lines"].map((name) => ({
    name: `application/${name}`,
    type: `Application/${name}; charset=UTF-8`,
    body: '{"text":"to"}\n\n{"text":"be","id":1}\n',
    answer: TO_BE,
  })),
  {
    name: "lines of words",
    type: NDJSON,
    body: '"New York"\n"Paris"',
    answer: "New York\t1\nParis\t1\n",
  },
  { name: "a line that is a number", type: NDJSON, body: '"a"\n5\n', answer: "invalid-json" },
  {
    name: "halves of pairs in lines",
    type: NDJSON,
    query: "tokenizer=whitespace",
    body: encodeLatin1('{"text":"\\ud800"}\n{"text":"\xff"}\n'),
    answer: "\ufffd\t2\n",
    replacements: 2,
  },
  {
    name: "compressed lines",
    type: NDJSON,
    encoding: "gzip",
    body: COMPRESS.gzip(utf8('"to"\n"be"\n')),
    answer: TO_BE,
  },
];

const FORMS: Row[] = [
  { name: "a form", type: FORM, body: "text=to+b%65&submit=Go", answer: TO_BE },
  {
    name: "a form with a charset",
    type: `${FORM}; charset=UTF-8`,
    body: "text=%C3%A9",
    answer: "é\t1\n",
  },
  {
    name: "a form in another charset, by its content type",
    type: `${FORM}; charset=iso-8859-1`,
    body: "text=%E9",
    answer: "é\t1\n",
  },
  {
    name: "a form in another charset, by its field",
    type: FORM,
    body: "_charset_=windows-1251&text=%EC%E8%F0",
    answer: "мир\t1\n",
  },
  {
    name: "a form in no charset",
    type: FORM,
    body: "text=a&_charset_=x",
    answer: "unknown-charset",
  },
  {
    name: "bytes of a form that are no UTF-8",
    type: FORM,
    query: "tokenizer=whitespace",
    body: "text=a%FF",
    answer: "a\ufffd\t1\n",
    replacements: 1,
  },
  {
    name: "bytes of a form that are no UTF-8, to be rejected",
    type: FORM,
    query: "invalid=reject",
    body: "text=a%FF",
    answer: "invalid-utf8",
  },
  { name: "lists of a form", type: FORM, body: "text%5B%5D=to&text[1]=be", answer: TO_BE },
  { name: "what curl -d sends", type: FORM, body: "to be", answer: TO_BE },
  { name: "no form, with equals", type: FORM, body: "to=be", answer: TO_BE },
  { name: "a field that would be lost", type: FORM, body: "text=a&more=b", answer: "invalid-form" },
  {
    name: "no form, as said",
    type: FORM,
    query: "form=false",
    body: "text=a",
    answer: "a\t1\ntext\t1\n",
  },
  { name: "a form, as said", type: FORM, query: "form=true", body: "text=to be", answer: TO_BE },
  { name: "a form of no type, as said", query: "form=true", body: "text=to+be", answer: TO_BE },
  {
    name: "a form that is none",
    type: "text/plain",
    query: "form=true",
    body: "text=a",
    answer: "invalid-parameter",
  },
  { name: "an empty form", type: FORM, body: "text=", answer: "empty-body" },
  {
    name: "a compressed form",
    type: FORM,
    encoding: "gzip",
    body: COMPRESS.gzip(utf8("text=to+be")),
    answer: TO_BE,
  },
  {
    name: "a part in base64",
    type: MULTIPART,
    body: multipart("name=text\r\nContent-Transfer-Encoding: base64", "dG8g\r\nYmU="),
    answer: TO_BE,
  },
  {
    name: "a part in another transfer encoding",
    type: MULTIPART,
    body: multipart("name=text\r\nContent-Transfer-Encoding: x-uue", "a"),
    answer: "unsupported-media",
  },
  {
    name: "a part with folded headers",
    type: MULTIPART,
    body: multipart(
      "\r\n name=text\r\nContent-Type: text/plain;\r\n\tcharset=latin1",
      encodeLatin1("\xe9"),
    ),
    answer: "é\t1\n",
  },
  {
    name: "a field in the charset of the form",
    type: MULTIPART,
    body: concat(
      multipart("name=_charset_", "latin1").slice(0, -"--b--".length),
      multipart("name=text", encodeLatin1("\xe9")),
    ),
    answer: "é\t1\n",
  },
];

const sorted = (tsv: string) => tsv.split("\n").filter((line) => line !== "").sort();

/** The counts as TSV in any order, or the name of the problem. */
async function ask(
  server: ServerProcess,
  { type, query = "", encoding, answer }: Row,
  body: BodyInit,
): Promise<{ found: string | string[]; expected: string | string[] }> {
  const headers = new Headers();
  if (type !== undefined) headers.set("content-type", type);
  if (encoding !== undefined) headers.set("content-encoding", encoding);
  const url = `${server.origin}/v1/count?top=0&format=tsv&${query}`;
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  const problem = /urn:millrace:problem:([a-z0-9-]+)/.exec(text)?.[1];
  const isProblem = /^[a-z0-9-]+$/.test(answer);
  return { found: problem ?? sorted(text), expected: isProblem ? answer : sorted(answer) };
}

Deno.test("a server counts what structured bodies say, or refuses them", async () => {
  await using server = await ServerProcess.start();
  for (const row of [...ENCODINGS, ...DOCUMENTS, ...FORMS]) {
    const bytes = typeof row.body === "string" ? utf8(row.body) : row.body;
    for (const body of [bytes, new Blob([bytes]).stream()]) {
      const { found, expected } = await ask(server, row, body);
      assertEquals([row.name, found], [row.name, expected]);
    }
  }
});

Deno.test("a server tells how much of a body was replaced, of counts and of jobs", async () => {
  await using server = await ServerProcess.start();
  for (const row of [...DOCUMENTS, ...FORMS]) {
    const { name, type, query = "", body, replacements } = row;
    if (replacements === undefined) continue;
    const headers = { "content-type": type!, prefer: "wait=30" };
    for (const path of ["/v1/count", "/v1/jobs"]) {
      const response = await fetch(`${server.origin}${path}?${query}`, {
        method: "POST",
        headers,
        body,
      });
      const { totals } = await response.json();
      assertEquals([name, totals.replacements], [name, replacements], path);
    }
  }
});

Deno.test("a text behind a URL is read by its mark, then its label, and is never guessed at", async () => {
  const rows: [type: string, file: Uint8Array<ArrayBuffer>, query: string, answer: string][] = [
    ["text/plain; charset=latin1", utf8(MARK + "é"), "", "é\t1\n"],
    ["text/plain; charset=latin1", encodeLatin1("\xe9"), "", "é\t1\n"],
    ["text/plain", encodeWide("to be", "utf-16le"), "", "unknown-charset"],
    ["text/plain", encodeWide("to be", "utf-16le"), "charset=utf-16le", TO_BE],
    ["text/plain", encodeWide(MARK + "to be", "utf-32be"), "", "unknown-charset"],
  ];
  await using server = await ServerProcess.start({ args: ["--allow-private-urls"] });
  for (const [type, file, query, answer] of rows) {
    await using files = new FileServer(file, { headers: { "content-type": type } });
    const url = `http://127.0.0.1:${files.port}/`;
    const row = { name: type, type: `${JSON_TYPE}; charset=utf-8`, query, answer, body: "" };
    const { found, expected } = await ask(server, row, JSON.stringify({ url }));
    assertEquals([type, query, found], [type, query, expected]);
  }
});
