import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import type { RemoteOptions } from "../../../src/intake/remote/remote_file.ts";
import type { RemoteTerms } from "../../../src/intake/remote/remote_texts.ts";
import type { Environment } from "../../../src/intake/remote/s3_account.ts";
import { listObjects, s3Place } from "../../../src/intake/remote/s3_place.ts";
import { COMPRESS } from "../../support/compress.ts";
import { FILE, OPTIONS, read } from "../../support/http/remote_reads.ts";
import { findFault } from "../../support/http/signatures.ts";
import { refuse, S3Server, SECRET } from "../../support/http/s3_server.ts";
import { soon } from "../../support/waits.ts";

const readObjects = (
  urls: string | string[],
  env: Environment,
  options: Partial<RemoteOptions> = {},
  terms: RemoteTerms = {},
) => {
  const place = s3Place(env, { ...OPTIONS, mayConnect: () => false, ...options }, terms);
  return read(urls, options, terms, { "s3:": place });
};

const errorOf = (...given: Parameters<typeof readObjects>) =>
  assertRejects(() => readObjects(...given), JobError);

Deno.test("an object is read by signed ranges of one version, several at once", async () => {
  await using server = new S3Server({ "texts/a/file.txt": FILE });
  const [text, ...others] = await readObjects("s3://texts/a/file.txt", server.env());
  assertEquals([text, others], [{ name: "s3://texts/a/file.txt", bytes: FILE }, []]);
  assertEquals(server.requests.length, 13);
  const conditions = server.requests.map(({ headers }) => headers.get("if-match"));
  assertEquals([conditions[0], new Set(conditions).size], [null, 2]);
});

Deno.test("an object has any key that a URL can have", async () => {
  const keys = [
    "plain.txt",
    "with space/and + plus.txt",
    "%41%2f&a=b?c#d.txt",
    "ünï/中文/😀'()*!~.txt",
    "a//b",
    "<&>\"'\u0001",
  ];
  const objects = Object.fromEntries(keys.map((key) => [`odd-keys/${key}`, `text of ${key}`]));
  for (const escapesKeys of [true, false]) {
    await using server = new S3Server(objects, { escapesKeys });
    for (const key of keys) {
      const [{ name, bytes }] = await readObjects(`s3://odd-keys/${key}`, server.env());
      assertEquals([name, new TextDecoder().decode(bytes)], [
        `s3://odd-keys/${key}`,
        `text of ${key}`,
      ]);
    }
    const all = await Array.fromAsync(listObjects("s3://odd-keys/", server.env(), OPTIONS));
    assertEquals(all.sort(), keys.map((key) => `s3://odd-keys/${key}`).sort());
  }
});

Deno.test("a prefix stands for all objects whose keys begin so, page by page", async () => {
  await using server = new S3Server({
    "logs/2026/": "",
    "logs/2026/01.txt": "to be",
    "logs/2026/02.txt": "",
    "logs/2026/03 &c/x.txt": "or not",
    "logs/2027/01.txt": "never",
    "logs/2026.txt": "never",
  });
  const texts = await readObjects("s3://logs/2026/", server.env());
  assertEquals(texts.map(({ name, bytes }) => [name, bytes.length]), [
    ["s3://logs/2026/01.txt", 5],
    ["s3://logs/2026/02.txt", 0],
    ["s3://logs/2026/03 &c/x.txt", 6],
  ]);
  assertEquals((await readObjects("s3://logs/", server.env())).length, 5);
  const none = await errorOf("s3://logs/2028/", server.env());
  assertEquals([none.code, none.details], ["input_not_found", { url: "s3://logs/2028/" }]);
});

Deno.test("an object that is replaced while it is read is no input", async () => {
  const other = FILE.toReversed();
  for (const passesConditions of [false, true]) {
    await using server = new S3Server({ "texts/a": FILE }, {
      passesConditions,
      answer: (_, number) => {
        if (number === 3) server.put("texts/a", other);
        return undefined;
      },
    });
    const error = await errorOf("s3://texts/a", server.env(), { parallel: 1 });
    assertEquals([error.code, error.status], ["input_changed", 409]);
    assertEquals([error.details.url, error.details.offset], ["s3://texts/a", 300_000]);
  }
});

Deno.test("what is not there, or not for these credentials, is said so", async () => {
  const objects = { "texts/a": "to be" };
  await using server = new S3Server(objects, { secret: { ...SECRET, sessionToken: "token+/=" } });
  assertEquals((await readObjects("s3://texts/a", server.env())).length, 1);
  const rows: [string, Record<string, string>, string, string][] = [
    ["s3://texts/b", {}, "input_not_found", "there is no such object"],
    ["s3://nothing/a", {}, "input_not_found", "there is no such bucket"],
    ["s3://nothing/", {}, "input_not_found", "there is no such bucket"],
    ["s3://texts/a", { AWS_ACCESS_KEY_ID: "X" }, "input_denied", "403, InvalidAccessKeyId"],
    ["s3://texts/a", { AWS_SECRET_ACCESS_KEY: "X" }, "input_denied", "SignatureDoesNotMatch"],
    ["s3://texts/", { AWS_SECRET_ACCESS_KEY: "X" }, "input_denied", "SignatureDoesNotMatch"],
    ["s3://texts/a", { AWS_SESSION_TOKEN: "" }, "input_denied", "400, InvalidToken"],
    ["s3://texts/a", { AWS_REGION: "us-east-1" }, "url_failed", "eu-test-1: set AWS_REGION"],
  ];
  for (const [url, changes, code, says] of rows) {
    const error = await errorOf(url, server.env(changes));
    assertEquals([error.code, error.details.url], [code, url], says);
    assertStringIncludes(error.message, says);
    assert(!error.message.includes(server.origin), error.message);
  }
});

Deno.test("a store is asked for nothing where something is not set, and what is, is said", async () => {
  await using server = new S3Server({ "texts/a": "to be" });
  const rows: [Record<string, string>, string][] = [
    [{ AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, "AWS_ACCESS_KEY_ID and AWS_SECRET"],
    [{ AWS_SECRET_ACCESS_KEY: "" }, "set AWS_SECRET_ACCESS_KEY"],
    [{ AWS_ENDPOINT_URL: "127.0.0.1:9000" }, "AWS_ENDPOINT_URL is no URL"],
    [{ AWS_ENDPOINT_URL_S3: "file:///tmp" }, "AWS_ENDPOINT_URL_S3 is no URL"],
    [{ AWS_REGION: "a.evil.test/" }, "AWS_REGION is no region"],
  ];
  for (const [changes, says] of rows) {
    const error = await errorOf("s3://texts/a", server.env(changes));
    assertEquals(error.code, "url_refused");
    assertStringIncludes(error.message, says);
  }
  assertEquals(server.requests.length, 0);
});

Deno.test("URLs that name no object are refused before any is read", async () => {
  await using server = new S3Server({ "texts/a": "to be" });
  const urls = [
    "s3:",
    "s3://",
    "s3:texts/a",
    "s3:///a",
    "s3://texts",
    "s3://../a",
    "s3://a@b/c",
    "s3://texts:80/a",
    "s3://texts/../other/a",
    "s3://texts/a/./b",
    `s3://texts/${"x".repeat(1025)}`,
  ];
  for (const url of urls) {
    const error = await errorOf(["s3://texts/a", url], server.env());
    assertEquals(error.code, "url_refused", url);
  }
  assertEquals(server.requests.length, 0);
});

Deno.test("an object is compressed if its headers, its bytes or its key say so", async () => {
  await using server = new S3Server({
    "texts/a.gz": COMPRESS.gzip(FILE),
    "texts/b.br": COMPRESS.br(FILE),
    "texts/c": COMPRESS.gzip(FILE),
  });
  const texts = await readObjects("s3://texts/", server.env(), {}, { decompress: "auto" });
  for (const { bytes } of texts) assertEquals(bytes, FILE);
});

Deno.test("a store that has too much to do is asked again, and one that sends nothing is left", async () => {
  await using busy = new S3Server({ "texts/a": FILE }, {
    answer: (_, number) => number % 3 === 2 ? undefined : refuse(503, "SlowDown"),
  });
  assertEquals((await readObjects("s3://texts/a", busy.env(), { parallel: 1 }))[0].bytes, FILE);
  const given = await errorOf("s3://texts/a", busy.env(), { attempts: 1 });
  assertEquals([given.code, given.details.remoteStatus], ["url_failed", 503]);
  await using full = new S3Server({ "texts/a": FILE }, {
    answer: (_, number) => number > 1 ? refuse(503, "SlowDown") : undefined,
  });
  const late = await errorOf("s3://texts/a", full.env(), { attempts: 1, parallel: 1 });
  assertEquals([late.code, late.details.offset], ["url_failed", 200_000]);
  const stop = Promise.withResolvers<Response>();
  await using silent = new S3Server({ "texts/a": FILE }, { answer: () => stop.promise });
  using _answer = { [Symbol.dispose]: () => stop.resolve(new Response()) };
  const terms = { stallTimeoutMs: 20, attempts: 1 };
  const error = await soon<JobError>(errorOf("s3://texts/a", silent.env(), terms));
  assertEquals(error.code, "url_failed");
  assertStringIncludes(error.message, "nothing came for 20 ms");
});

Deno.test("a signature goes to no other host than the store's", async () => {
  await using other = new S3Server({ "texts/a": "to be" });
  await using server = new S3Server({ "texts/a": "to be" }, {
    answer: () =>
      new Response(null, { status: 307, headers: { location: `${other.origin}/texts/a` } }),
  });
  const error = await errorOf("s3://texts/a", server.env());
  assertEquals([error.code, error.details.remoteStatus], ["url_failed", 307]);
  assertEquals(other.requests.length, 0);
});

Deno.test("a list that is none, or has no end, is an error", async () => {
  const list = (content: string) => () =>
    new Response(`<ListBucketResult>${content}</ListBucketResult>`);
  const more = "<IsTruncated>true</IsTruncated>";
  const answers = [
    () => new Response("<html></html>"),
    list(more),
    list(`${more}<NextContinuationToken>a</NextContinuationToken>`),
    list("<EncodingType>url</EncodingType><Contents><Key>%ff</Key></Contents>"),
  ];
  for (const answer of answers) {
    await using server = new S3Server({ "texts/a": "to be" }, { answer });
    assertEquals((await errorOf("s3://texts/", server.env())).code, "url_failed");
  }
  const list2 = list("<Contents><Key>a/../b</Key></Contents>");
  await using server = new S3Server({ "texts/a": "to be" }, { answer: list2 });
  assertEquals((await errorOf("s3://texts/", server.env())).code, "url_refused");
});

Deno.test("Amazon's own store is asked at the bucket's host, or by path where no certificate is", async () => {
  const hosts: string[] = [];
  const resolve = (host: string) => {
    hosts.push(host);
    return Promise.reject(new Error("no network"));
  };
  const env = (region: string) => (name: string) =>
    ({ AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_REGION: region })[name];
  await errorOf("s3://texts/a", env("eu-central-1"), { resolve });
  await errorOf("s3://dotted.texts/a", env("eu-central-1"), { resolve });
  await errorOf("s3://texts/", env("cn-north-1"), { resolve });
  assertEquals(hosts, [
    "texts.s3.eu-central-1.amazonaws.com",
    "s3.eu-central-1.amazonaws.com",
    "texts.s3.cn-north-1.amazonaws.com.cn",
  ]);
});

Deno.test("the store of these tests takes the signature that Amazon's documentation has", () => {
  const request = (signature: string) =>
    new Request("https://examplebucket.s3.amazonaws.com/test.txt", {
      headers: {
        "authorization":
          "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request," +
          `SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=${signature}`,
        "host": "examplebucket.s3.amazonaws.com",
        "range": "bytes=0-9",
        "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-amz-date": "20130524T000000Z",
      },
    });
  const secret = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    region: "us-east-1",
  };
  const signature = "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41";
  const then = Date.UTC(2013, 4, 24);
  assertEquals(findFault(request(signature), secret, then), undefined);
  const other = signature.replace("f0", "f1");
  assertEquals(findFault(request(other), secret, then), "SignatureDoesNotMatch");
  assertEquals(findFault(request(signature), secret), "RequestTimeTooSkewed");
});
