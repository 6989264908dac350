import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { parseCountQuery, queryText } from "../../../src/http/read/query.ts";
import {
  applyContentType,
  beginFingerprint,
  readSubmission,
} from "../../../src/http/read/submission.ts";

function requestOf(headers: Record<string, string>, query = ""): Request {
  return new Request(`http://x/v1/jobs?${query}`, { method: "POST", body: "b a b", headers });
}

Deno.test("readSubmission() hands in a body, what describes it, and its options", () => {
  const headers = { "content-type": "text/csv; charset=latin1", "content-encoding": "gzip" };
  const request = requestOf({ ...headers, "content-length": "5" }, "n=2&decompress=auto");
  const query = applyContentType(request, parseCountQuery(queryText(request.url)));
  const { refuseFraming, ...submission } = readSubmission(request, query);
  assertEquals(submission, {
    count: { ...query.count, n: 2, charset: "windows-1252" },
    body: { form: "auto", decompress: "auto" },
    output: query.output,
    kernel: undefined,
    mediaType: "text/csv; charset=latin1",
    codings: "gzip",
    content: request,
    length: 5,
    complete: undefined,
  });
  assertEquals(refuseFraming!(), undefined);
});

Deno.test("readSubmission() refuses framing that only headers tell of", () => {
  const query = parseCountQuery("");
  const chunked = readSubmission(requestOf({ "x-amz-decoded-content-length": "5" }), query);
  const error = assertThrows(() => chunked.refuseFraming!(), JobError);
  assertEquals(error.code, "unsupported_media");
  const coded = requestOf({ "transfer-encoding": "gzip, chunked" });
  const refusal = assertThrows(() => readSubmission(coded, query), JobError);
  assertEquals(refusal.code, "unknown_transfer_coding");
});

Deno.test("applyContentType() takes the charset of the query before that of the content type", () => {
  const request = requestOf({ "content-type": "text/plain; charset=latin1" });
  const named = parseCountQuery("charset=utf-16le");
  assertStrictEquals(applyContentType(request, named), named);
  const bare = parseCountQuery("n=2");
  assertEquals(applyContentType(request, bare).count.charset, "windows-1252");
  assertEquals(bare.count.charset, "auto", "parsed queries are shared");
});

Deno.test("beginFingerprint() gives the fingerprints of release 0.2.0", async () => {
  const request = requestOf({ "content-type": "text/plain" }, "top=1&format=tsv");
  assertEquals(
    await beginFingerprint(request).read(request.body, {}),
    "95ce403d40b5e5441fef8a0a51106cb67b47a23e01a5e1710b1452e1e55e416f",
  );
  const other = requestOf({ "content-type": "text/plain", accept: "text/csv" }, "top=1&format=tsv");
  assertEquals(
    await beginFingerprint(other).read(other.body, {}),
    "95ce403d40b5e5441fef8a0a51106cb67b47a23e01a5e1710b1452e1e55e416f",
  );
});
