const encoder = new TextEncoder();

const SCHEME = "Millrace ";

/**
 * Signs what nodes ask of each other, by the cluster's secret (HMAC of SHA-256, RFC 2104).
 *
 * A signature is of the method and the path. The path names one attempt by a token that is never
 * used again, and what is there never changes: so a request that somebody has overheard gives what
 * was overheard with it, and no more once the output is gone. Clocks of nodes may disagree.
 */
export class Signatures {
  readonly #key: Promise<CryptoKey>;

  constructor(secret: string) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    this.#key = crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
      "sign",
      "verify",
    ]);
  }

  /** What `Authorization` has to say. */
  async sign(method: string, path: string): Promise<string> {
    const signature = await crypto.subtle.sign("HMAC", await this.#key, subject(method, path));
    return SCHEME + new Uint8Array(signature).toHex();
  }

  /** Whether a request is signed by a node; takes as long whatever is wrong. */
  async verify({ method, url, headers }: Request): Promise<boolean> {
    const signature = decodeHex(headers.get("authorization")?.slice(SCHEME.length) ?? "");
    const { pathname } = new URL(url);
    return await crypto.subtle.verify(
      "HMAC",
      await this.#key,
      signature,
      subject(method, pathname),
    );
  }
}

function subject(method: string, path: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`${method} ${path}`);
}

/** Nothing for what is no hexadecimal, which no signature equals. */
function decodeHex(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.fromHex(text);
  } catch {
    return new Uint8Array(0);
  }
}
