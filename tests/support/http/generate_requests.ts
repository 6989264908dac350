import { brotliCompressSync, gzipSync } from "node:zlib";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  OUTPUT_PARAMETERS,
} from "../../../src/contract/options.ts";
import { KERNEL_PARAMETERS } from "../../../src/contract/kernel_parameters.ts";
import type { Parameter } from "../../../src/contract/parameters.ts";
import type { Random } from "../random.ts";

// Requests in raw bytes for the fuzz test of the HTTP surface: mostly right, with something odd
// here and there, and broken altogether now and then. A new kind of body is one more row of
// BODIES, a new path one of PATHS.

/** One request, and how a client sends it. */
export interface FuzzRequest {
  bytes: Uint8Array;
  /** Lengths of the pieces that it is written in; the last takes the rest. */
  pieces: number[];
  /** Bytes after which the client goes away without a word; Infinity for never. */
  abortAfter: number;
  /** Whether the head is complete and unharmed, so that there must be an answer or a hang-up. */
  wantsAnswer: boolean;
}

/** What a generator may use. */
export interface FuzzContext {
  random: Random;
  /** A key that is good. */
  token: string;
  /** Jobs that exist, or did. */
  ids: readonly string[];
}

type Make<T> = (context: FuzzContext) => T;

const encoder = new TextEncoder();

/** Small on the wire, 20 MB out of it. */
const BOMB = gzipSync(new Uint8Array(20e6));

const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"];
const ODD_METHODS = ["PATCH", "TRACE", "CONNECT", "get", "FOO", "A".repeat(300), "G@T", ""];

const PATHS: Make<string>[] = [
  () => "/",
  () => "/healthz",
  () => "/livez",
  () => "/readyz",
  () => "/metrics",
  () => "/docs",
  () => "/openapi.json",
  () => "/v1/engine",
  () => "/v1/kernels",
  ({ random }) => `/v1/kernels/${random.pick(["words", "sdk.d.ts", "ab".repeat(32), "%ff"])}`,
  ({ random }) => `/v1/kernels/${random.pick(["words", "log-status"])}/source`,
  () => "/v1/stop",
  ({ random }) => `/v1/stop/${random.pick(["en", "TH", "xx", "%ff", "__proto__"])}`,
  () => "/v1/count",
  () => "/v1/count",
  () => "/v1/count",
  () => "/v1/jobs",
  () => "/v1/jobs",
  ({ random }) => `/v1/jobs?limit=${random.below(200)}&cursor=${random.pick(["x", "%00", "MQ=="])}`,
  (context) => `/v1/jobs/${drawId(context)}`,
  (context) => `/v1/jobs/${drawId(context)}/result`,
  (context) => `/v1/jobs/${drawId(context)}/events`,
];

const ODD_PATHS = ["//", "/v1/../livez", "/%2e%2e", "/v1/jobs/%00", "/v1/jobs/%ff", "/%zz", "*"];

const BODIES: { type: string; encoding?: string; make: Make<Uint8Array> }[] = [
  { type: "text/plain", encoding: "gzip", make: (context) => gzipSync(drawText(context)) },
  { type: "text/plain", encoding: "gzip", make: () => BOMB },
  { type: "text/plain", encoding: "br", make: (context) => brotliCompressSync(drawText(context)) },
  {
    type: "text/plain",
    encoding: "gzip",
    make: (context) => cut(context.random, gzipSync(drawText(context))),
  },
  { type: "text/plain", make: drawText },
  { type: "text/plain; charset=utf-16le", make: drawText },
  { type: 'text/plain; charset="windows-1251"', make: drawText },
  { type: "text/plain; charset=nonsense", make: drawText },
  { type: "application/octet-stream", make: ({ random }) => drawBytes(random, 5000) },
  { type: "application/json", make: drawJson },
  { type: "application/json", make: (context) => cut(context.random, drawJson(context)) },
  { type: "multipart/form-data; boundary=b", make: drawMultipart },
  { type: "multipart/form-data", make: drawMultipart },
  { type: "application/x-www-form-urlencoded", make: drawText },
  { type: "", make: () => new Uint8Array(0) },
  { type: "text/plain", make: ({ random }) => new Uint8Array(random.below(400_000)).fill(0x61) },
  { type: "text/plain", make: ({ random }) => new Uint8Array(random.below(100_000)) },
];

const HEADERS: Make<string>[] = [
  ({ random }) => `Accept: ${random.pick(["*/*", "text/csv", "application/x-ndjson;q=0.5", "x"])}`,
  ({ random }) => `Accept-Encoding: ${random.pick(["gzip", "br, zstd", "identity;q=0", "*;q=x"])}`,
  ({ random }) => `Content-Encoding: ${random.pick(["gzip", "identity", "br", "x", "gzip, gzip"])}`,
  ({ random }) =>
    `Prefer: ${random.pick(["wait=0", "wait=1", "wait=-1", "respond-async", "wait"])}`,
  ({ random }) => `Idempotency-Key: ${random.pick(['"a"', "a", '"b', "x".repeat(5000)])}`,
  ({ random }) => `If-None-Match: ${random.pick(["*", '"x"', 'W/"x"', '"'])}`,
  ({ random }) => `Range: ${random.pick(["bytes=0-1", "bytes=9-1", "x"])}`,
  ({ random }) => `Last-Event-ID: ${random.pick(["1", "-1", "x"])}`,
  ({ random }) => `Origin: ${random.pick(["https://example.org", "null", "x"])}`,
  ({ random }) => `X-Request-Id: ${random.pick(["a", "a".repeat(1000), "\x01"])}`,
  ({ random }) => `Expect: ${random.pick(["100-continue", "x"])}`,
  ({ random }) => `Connection: ${random.pick(["close", "keep-alive", "upgrade"])}`,
  ({ random }) => `Upgrade: ${random.pick(["websocket", "h2c"])}`,
  ({ random }) => `X-${random.below(1e6)}: ${"y".repeat(random.below(3000))}`,
  ({ random }) => `Authorization: ${random.pick(["Basic x", "Bearer", "Bearer mr_x"])}`,
];

/** Draws a request and how it is sent. */
export function drawRequest(context: FuzzContext): FuzzRequest {
  const { random } = context;
  const { head, body } = drawMessage(context);
  let bytes = concat(encoder.encode(head), body);
  const isBroken = random.oneIn(12);
  if (isBroken) bytes = mutate(random, bytes);
  else if (random.oneIn(20)) bytes = concat(bytes, bytes); // pipelined
  const abortAfter = random.oneIn(6) ? random.below(bytes.length + 1) : Infinity;
  const pieces = random.oneIn(4) ? [random.below(200), random.below(5000)] : [];
  return { bytes, pieces, abortAfter, wantsAnswer: !isBroken && abortAfter === Infinity };
}

function drawMessage(context: FuzzContext): { head: string; body: Uint8Array } {
  const { random, token } = context;
  const path = random.oneIn(12) ? random.pick(ODD_PATHS) : random.pick(PATHS)(context);
  const usual = path === "/v1/count" || path === "/v1/jobs" ? "POST" : "GET";
  const method = random.oneIn(15)
    ? random.pick(ODD_METHODS)
    : random.oneIn(4)
    ? random.pick(METHODS)
    : usual;
  const { type, encoding, make } = random.pick(BODIES);
  const text = method === "POST" || method === "PUT" ? make(context) : new Uint8Array(0);
  const lines = [
    `${method} ${path}${path.includes("?") ? "" : drawQuery(random)} HTTP/1.1`,
    "Host: x",
  ];
  if (!random.oneIn(10)) lines.push(`Authorization: Bearer ${token}`);
  if (type !== "") lines.push(`Content-Type: ${type}`);
  if (encoding !== undefined) lines.push(`Content-Encoding: ${encoding}`);
  while (random.oneIn(3)) lines.push(random.pick(HEADERS)(context));
  const { header, body } = frame(random, text);
  if (header !== "") lines.push(header);
  return { head: lines.join("\r\n") + "\r\n\r\n", body };
}

/** Says how long a body is: rightly, in chunks, or wrongly. */
function frame(random: Random, text: Uint8Array): { header: string; body: Uint8Array } {
  if (text.length === 0) return { header: random.pick(["", "Content-Length: 0"]), body: text };
  if (random.oneIn(3)) {
    const body = chunked(random, text);
    return {
      header: "Transfer-Encoding: chunked",
      body: random.oneIn(10) ? cut(random, body) : body,
    };
  }
  const wrong = random.oneIn(12) ? random.between(-100, 1000) : 0;
  return { header: `Content-Length: ${text.length + wrong}`, body: text };
}

function chunked(random: Random, text: Uint8Array): Uint8Array {
  const most = random.pick([1, 16, 1000, 100_000]);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length && parts.length < 3000;) {
    const length = Math.min(text.length - at, random.between(1, most));
    parts.push(encoder.encode(`${length.toString(16)}\r\n`), text.subarray(at, at + length));
    parts.push(encoder.encode("\r\n"));
    at += length;
  }
  return concat(...parts, encoder.encode("0\r\n\r\n"));
}

function drawQuery(random: Random): string {
  if (random.oneIn(3)) return "";
  const tables = Object.entries<Parameter>({
    ...COUNT_PARAMETERS,
    ...BODY_PARAMETERS,
    ...KERNEL_PARAMETERS,
    ...OUTPUT_PARAMETERS,
  });
  const pairs: string[] = [];
  do {
    const [name, parameter] = random.pick(tables);
    if (name === "tokenizer" && !random.oneIn(4)) continue; // icu takes long
    pairs.push(`${name}=${encodeURIComponent(drawValue(random, parameter))}`);
  } while (random.oneIn(2));
  if (random.oneIn(12)) {
    pairs.push(random.pick(["", "&", "x=1", "%", "top=%ff", "stopWords=%c3", "a".repeat(3000)]));
  }
  return `?${pairs.join("&")}`;
}

function drawValue(random: Random, parameter: Parameter): string {
  if (random.oneIn(10)) return random.pick(["", "-1", "1e9", "NaN", "\0", "x".repeat(2000), "🜚"]);
  if (parameter.kind === "choice") return String(random.pick(parameter.values));
  const odd = ["True", "1e+05", "EN, de", "th", "the, and", "New York", "\u202e"];
  if (random.oneIn(4)) return random.pick(odd);
  return random.pick([String(parameter.default), "1", "2", "en", "true", "utf-8", "a,b"]);
}

function drawId({ random, ids }: FuzzContext): string {
  if (ids.length > 0 && !random.oneIn(4)) return random.pick(ids);
  return random.pick(["00000000-0000-0000-0000-000000000000", "x", "%2e%2e", "a".repeat(500)]);
}

function drawText({ random }: FuzzContext): Uint8Array {
  const words = [
    "to",
    "be",
    "or",
    "not",
    "ſtraße",
    "日本",
    "🜚",
    "\0",
    "e\u0301",
    "\ufeff",
    "x".repeat(500),
  ];
  let text = "";
  for (let left = random.below(random.pick([10, 100, 2000])); left >= 0; left--) {
    text += random.pick(words) + random.pick([" ", "\n", "\t", ""]);
  }
  const bytes = encoder.encode(text);
  if (random.oneIn(5)) bytes[random.below(bytes.length)] = random.below(256);
  return bytes;
}

function drawJson({ random }: FuzzContext): Uint8Array {
  const values: unknown[] = [
    ["a", "b", "a"],
    [],
    ["a", 1],
    { url: 5 },
    { url: "http://127.0.0.1:1/" },
    { url: ["file:///etc/passwd", "http://[::1]/"] },
    { texts: ["a b"] },
    Array.from({ length: random.below(3000) }, (_, i) => `w${i % 50}`),
    "a",
    null,
  ];
  const text = JSON.stringify(random.pick(values));
  return encoder.encode(random.oneIn(10) ? "[".repeat(random.below(20_000)) + text : text);
}

function drawMultipart(context: FuzzContext): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let left = context.random.below(4); left > 0; left--) {
    const head = '--b\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n';
    parts.push(encoder.encode(head), drawText(context), encoder.encode("\r\n"));
  }
  return concat(...parts, encoder.encode(context.random.oneIn(4) ? "" : "--b--\r\n"));
}

function drawBytes(random: Random, most: number): Uint8Array {
  return Uint8Array.from({ length: random.below(most) }, () => random.below(256));
}

function mutate(random: Random, bytes: Uint8Array): Uint8Array {
  if (random.oneIn(2)) return cut(random, bytes);
  const changed = bytes.slice();
  for (let left = random.between(1, 8); left > 0; left--) {
    changed[random.below(Math.min(400, changed.length))] = random.below(256);
  }
  return changed;
}

function cut(random: Random, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, random.below(bytes.length + 1));
}

function concat(...parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
