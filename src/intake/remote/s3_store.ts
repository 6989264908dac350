import { AwsV4Signer } from "aws4fetch";
import { JobError } from "../../contract/problems.ts";
import { begin, explain } from "./begin.ts";
import type { Target } from "./exchange.ts";
import type { RemoteOptions } from "./remote_file.ts";
import type { S3Account } from "./s3_account.ts";
import { explainAnswer, type ObjectPage, parsePage, readAnswer } from "./s3_answers.ts";
import { checkKey, formatS3Url, isPrefix, type S3Location } from "./s3_url.ts";
import { inputError, urlFailed } from "./url_errors.ts";

/**
 * An S3-compatible store, whose objects are read as files of other servers are, by requests that
 * are signed (AWS Signature Version 4).
 */
export class S3Store {
  readonly #account: S3Account;
  readonly #options: RemoteOptions;
  /** Keys of a day, which the signer makes of the secret. */
  readonly #dayKeys = new Map<string, ArrayBuffer>();

  constructor(account: S3Account, options: RemoteOptions) {
    this.#account = account;
    this.#options = options;
  }

  /**
   * The objects that a location names, in the order of their keys. Keys that end with a slash
   * stand for folders in some programs and are left out.
   *
   * @throws {JobError} `input_not_found`, `input_denied`, `url_failed`, `url_refused`.
   */
  async *find(location: S3Location): AsyncGenerator<S3Location, void, void> {
    if (!isPrefix(location)) return yield location;
    const { bucket } = location;
    let isEmpty = true;
    for (let next: string | undefined = ""; next !== undefined;) {
      const page = await this.#list(location, next);
      for (const key of page.keys) {
        if (key.endsWith("/") || key === "") continue;
        isEmpty = false;
        const found = { bucket, key };
        checkKey(formatS3Url(found), key);
        yield found;
      }
      next = page.next;
    }
    if (!isEmpty) return;
    throw inputError("input_not_found", formatS3Url(location), "no object's key begins so");
  }

  /** How an object is asked for. */
  target(object: S3Location): Target {
    return this.#target(formatS3Url(object), this.#urlOf(object));
  }

  #target(name: string, url: URL): Target {
    return {
      url,
      name,
      sign: async (headers) => {
        const { accessKeyId, secretAccessKey, sessionToken, region } = this.#account;
        const credentials = { accessKeyId, secretAccessKey, sessionToken, region };
        const terms = { ...credentials, service: "s3", cache: this.#dayKeys };
        const signer = new AwsV4Signer({ ...terms, method: "GET", url: url.href, headers });
        return Object.fromEntries((await signer.sign()).headers);
      },
      explain: (response, details) => explainAnswer(name, response, details),
    };
  }

  /** @param token Where the page begins; empty for the first. */
  async #list(location: S3Location, token: string): Promise<ObjectPage> {
    const name = formatS3Url(location);
    const url = this.#urlOf({ ...location, key: "" });
    const query = {
      "list-type": "2",
      "encoding-type": "url",
      prefix: location.key,
      ...(token === "" ? {} : { "continuation-token": token }),
    };
    // By hand, since URLSearchParams writes + for a space, which signatures take otherwise.
    url.search = Object.entries(query).map((pair) => pair.map(encodeURIComponent).join("="))
      .join("&");
    const target = this.#target(name, url);
    const response = await begin(target, {}, this.#options);
    if (response.status !== 200) throw await explain(target, response);
    try {
      const page = parsePage(await readAnswer(response));
      if (page.next === token) throw new Error("its store's list has no end");
      return page;
    } catch (error) {
      throw error instanceof JobError
        ? error
        : urlFailed(name, (error as Error).message, {}, error);
    } finally {
      response.close();
    }
  }

  /** A bucket is the first part of a path, or of the host's name where certificates hold for that. */
  #urlOf({ bucket, key }: S3Location): URL {
    const { endpoint, region } = this.#account;
    const path = key.split("/").map(encodeURIComponent).join("/");
    if (endpoint) return new URL(`${endpoint.href.replace(/\/*$/, "")}/${bucket}/${path}`);
    const host = `s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
    return /^[a-z0-9-]+$/.test(bucket)
      ? new URL(`https://${bucket}.${host}/${path}`)
      : new URL(`https://${host}/${bucket}/${path}`);
  }
}
