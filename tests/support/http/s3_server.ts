import { createHash } from "node:crypto";
import { findFault, type Secret } from "./signatures.ts";

/** What a test's store lets in. */
export const SECRET: Secret = {
  accessKeyId: "AKTEST",
  secretAccessKey: "secret/with+odd=letters",
  region: "eu-test-1",
};

/** How a store behaves. */
export interface S3ServerOptions {
  secret?: Secret;
  /** Keys of a page of a list. @default {2} */
  pageKeys?: number;
  /** Whether keys of lists are escaped where they are asked for so. @default {true} */
  escapesKeys?: boolean;
  /** Whether it passes over conditions, as some stores do. @default {false} */
  passesConditions?: boolean;
  /** Answers in place of the store, to a request that is signed as it must be. */
  answer?: (
    request: Request,
    number: number,
  ) => Response | undefined | Promise<Response | undefined>;
}

/** An S3-compatible store on this machine: objects of buckets by path, and lists of them. */
export class S3Server implements AsyncDisposable {
  /** By `bucket/key`. */
  readonly objects = new Map<string, Uint8Array<ArrayBuffer>>();
  /** What was asked for. */
  readonly requests: Request[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #options: S3ServerOptions;

  constructor(objects: Record<string, Uint8Array | string> = {}, options: S3ServerOptions = {}) {
    for (const [path, content] of Object.entries(objects)) this.put(path, content);
    this.#options = options;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: () => new Response("x") },
      (request) => this.#answer(request),
    );
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  put(path: string, content: Uint8Array | string): void {
    this.objects.set(path, new Uint8Array(typeof content === "string" ? encode(content) : content));
  }

  /** The variables of a program that reads from this store. */
  env(changes: Record<string, string> = {}): (name: string) => string | undefined {
    const variables = this.variables(changes);
    return (name) => variables[name];
  }

  variables(changes: Record<string, string> = {}): Record<string, string> {
    const { accessKeyId, secretAccessKey, region, sessionToken } = this.#options.secret ?? SECRET;
    return {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
      AWS_ENDPOINT_URL: this.origin,
      ...(sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: sessionToken }),
      ...changes,
    };
  }

  async #answer(request: Request): Promise<Response> {
    const number = this.requests.length;
    this.requests.push(request);
    const secret = this.#options.secret ?? SECRET;
    const fault = findFault(request, secret);
    if (fault === "AuthorizationHeaderMalformed") {
      return refuse(400, fault, `<Region>${secret.region}</Region>`);
    }
    if (fault !== undefined) return refuse(fault === "InvalidToken" ? 400 : 403, fault);
    const other = await this.#options.answer?.(request, number);
    if (other) return other;
    const { pathname, searchParams } = new URL(request.url);
    const [bucket, ...rest] = pathname.slice(1).split("/").map(decodeURIComponent);
    const isKnown = this.objects.keys().some((path) => path.startsWith(`${bucket}/`));
    if (!isKnown) return refuse(404, "NoSuchBucket");
    if (searchParams.has("list-type")) return this.#list(bucket, searchParams);
    const object = this.objects.get(`${bucket}/${rest.join("/")}`);
    return object ? this.#give(object, request.headers) : refuse(404, "NoSuchKey");
  }

  #give(object: Uint8Array<ArrayBuffer>, asked: Headers): Response {
    const etag = `"${createHash("md5").update(object).digest("hex")}"`;
    const condition = asked.get("if-match");
    if (condition !== null && condition !== etag && !this.#options.passesConditions) {
      return refuse(412, "PreconditionFailed");
    }
    const headers = { etag, "accept-ranges": "bytes", "content-type": "binary/octet-stream" };
    const match = /^bytes=(\d+)-(\d*)$/.exec(asked.get("range") ?? "");
    if (!match) return new Response(object, { headers });
    const start = Number(match[1]);
    if (start >= object.length) return refuse(416, "InvalidRange");
    const end = Math.min(Number(match[2] || Infinity) + 1, object.length);
    const range = `bytes ${start}-${end - 1}/${object.length}`;
    return new Response(object.subarray(start, end), {
      status: 206,
      headers: { ...headers, "content-range": range },
    });
  }

  #list(bucket: string, asked: URLSearchParams): Response {
    const { pageKeys = 2, escapesKeys = true } = this.#options;
    const prefix = `${bucket}/${asked.get("prefix") ?? ""}`;
    const paths = [...this.objects.keys()].filter((path) => path.startsWith(prefix)).sort();
    const from = Number(asked.get("continuation-token")?.replace("page &<", "") ?? 0);
    const isEscaped = escapesKeys && asked.get("encoding-type") === "url";
    const write = (key: string) =>
      isEscaped ? encodeURIComponent(key).replaceAll("%20", "+") : escapeXml(key);
    const contents = paths.slice(from, from + pageKeys).map((path) => {
      const key = path.slice(bucket.length + 1);
      const size = this.objects.get(path)!.length;
      return `<Contents><Key>${write(key)}</Key><Size>${size}</Size></Contents>`;
    });
    const next = from + pageKeys;
    const isTruncated = next < paths.length;
    const token = `<NextContinuationToken>${escapeXml(`page &<${next}`)}</NextContinuationToken>`;
    return xml(
      200,
      `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${bucket}</Name>` +
        `${isEscaped ? "<EncodingType>url</EncodingType>" : ""}<IsTruncated>${isTruncated}` +
        `</IsTruncated>${contents.join("")}${isTruncated ? token : ""}</ListBucketResult>`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** What a store answers in place of an object. */
export function refuse(status: number, code: string, also = ""): Response {
  return xml(status, `<Error><Code>${code}</Code><Message>No.</Message>${also}</Error>`);
}

function xml(status: number, text: string): Response {
  const headers = { "content-type": "application/xml" };
  return new Response(`<?xml version="1.0" encoding="UTF-8"?>\n${text}`, { status, headers });
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
