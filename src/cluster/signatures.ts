import type { ClusterClock } from "./cluster_clock.ts";
import { addressOf, readInternal } from "./node_address.ts";

const encoder = new TextEncoder();

/** `Millrace TIME SIGNATURE`: milliseconds since 1970, and hexadecimal. */
const AUTHORIZATION = /^Millrace (\d{1,15}) ([0-9a-f]{64})$/;

/** How far a signature's time may be from now, before or behind. */
const WINDOW_MS = 2 * 60 * 1000;

/**
 * Signs what nodes ask of each other, by the cluster's secret (HMAC of SHA-256, RFC 2104).
 *
 * A signature is of the method, the address of the node that is asked, the path there, and the time,
 * whichever proxy is between and whatever it does to the path. The time is that of
 * Redis, which all nodes share, so that clocks of nodes may disagree. Whoever has overheard a request
 * can send it to the same node again, for two minutes: that gives what was overheard with it. Requests
 * of nodes have no body.
 */
export class Signatures {
  readonly #key: Promise<CryptoKey>;
  readonly #node: string;
  readonly #clock: Pick<ClusterClock, "now">;

  /** @param node Address of this node, as the others know it. */
  constructor(secret: string, node: string, clock: Pick<ClusterClock, "now">) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    this.#key = crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
      "sign",
      "verify",
    ]);
    this.#node = node;
    this.#clock = clock;
  }

  /**
   * What `Authorization` has to say.
   *
   * @param url At the node that is asked.
   * @throws {Error} Before Redis was first reached.
   */
  async sign(method: string, url: URL): Promise<string> {
    const { now } = this.#clock;
    if (now === undefined) throw new Error("Redis has not told the time yet");
    const time = String(Math.round(now));
    const signature = await crypto.subtle.sign("HMAC", await this.#key, subject(method, url, time));
    return `Millrace ${time} ${new Uint8Array(signature).toHex()}`;
  }

  /** Whether a request is signed by a node, for this node and now; compares in constant time. */
  async verify({ method, url, headers }: Request): Promise<boolean> {
    const [, time, signature] = AUTHORIZATION.exec(headers.get("authorization") ?? "") ?? [];
    const { now } = this.#clock;
    if (time === undefined || now === undefined) return false;
    if (Math.abs(now - Number(time)) > WINDOW_MS) return false;
    const asked = readInternal(url, this.#node);
    if (asked === undefined) return false;
    return await crypto.subtle.verify(
      "HMAC",
      await this.#key,
      Uint8Array.fromHex(signature),
      subject(method, addressOf(this.#node, asked.path + asked.search), time),
    );
  }
}

/** No part has a line feed in it. */
function subject(
  method: string,
  { origin, pathname, search }: URL,
  time: string,
): Uint8Array<ArrayBuffer> {
  return encoder.encode([method, origin, pathname + search, time].join("\n"));
}
