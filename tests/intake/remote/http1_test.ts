import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { formatGet, readResponse } from "../../../src/intake/remote/http1.ts";
import { concat, streamOf } from "../../support/streams.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

async function read(text: string, cut: number) {
  const { status, headers, body } = await readResponse(streamOf(bytesOf(text), cut));
  const bytes = concat(...await Array.fromAsync(body));
  return { status, headers: [...headers], text: String.fromCharCode(...bytes) };
}

Deno.test("readResponse() reads every framing, wherever the bytes are cut", async () => {
  const rows = [
    { response: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nto be", text: "to be" },
    { response: "HTTP/1.0 200\r\n\r\nto be\r\n", text: "to be\r\n" },
    { response: "HTTP/1.1 200 \r\nContent-Length:0\r\n\r\nrest", text: "" },
    {
      response: "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n" +
        "3\r\nto \r\n0000a;x=1\r\nbe or\r\nnot\r\n0\r\nTrailer: x\r\n\r\n",
      text: "to be or\r\nnot",
    },
    { response: "HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nyes", text: "yes" },
    { response: "HTTP/1.1 204 None\r\n\r\n", text: "", status: 204 },
  ];
  for (const { response, text, status = 200 } of rows) {
    for (let cut = 1; cut < 20; cut++) {
      const found = await read(response, cut);
      assertEquals([found.status, found.text], [status, text], `${response} by ${cut}`);
    }
  }
});

Deno.test("readResponse() refuses what is ambiguous, malformed, too large or ends early", async () => {
  const rows: [response: string, says: string][] = [
    ["", "ended early"],
    ["HTTP/1.1 200 OK\r\nA: b", "ended early"],
    ["HTTP/2 200\r\n\r\n", "not HTTP/1"],
    ["SSH-2.0-OpenSSH_9.2\r\n", "not HTTP/1"],
    ["HTTP/1.1 101 Switching\r\n\r\n", "switches protocols"],
    ["HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "malformed"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nto b", "ended early"],
    ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nto be!", "malformed"],
    ["HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nto be", "malformed"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "ambiguous"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "ambiguous"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "malformed"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nto be\r\n", "too long"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nto ", "ended early"],
    [`HTTP/1.1 200 OK\r\nA: ${"x".repeat(70_000)}\r\n\r\n`, "too long"],
    [`HTTP/1.1 200 OK\r\n${`A: ${"x".repeat(1000)}\r\n`.repeat(70)}\r\n`, "too long"],
  ];
  for (const [response, says] of rows) {
    for (const cut of [1, 7, 1 << 20]) {
      const error = await assertRejects(() => read(response, cut), Error);
      assertStringIncludes(error.message, says, response.slice(0, 100));
    }
  }
});

Deno.test("formatGet() says the path, the query and the host as the URL has them", () => {
  const url = new URL("http://example.test:81/a b?c=\r\nd#e");
  const [line, host, ...rest] = new TextDecoder().decode(formatGet(url, { Range: "bytes=0-1" }))
    .split("\r\n");
  assertEquals([line, host], ["GET /a%20b?c=d HTTP/1.1", "Host: example.test:81"]);
  assertEquals(rest.slice(-3), ["Range: bytes=0-1", "", ""]);
});
