import { Buffer } from "node:buffer";
import { hash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const FORM = /^(mr_([0-9a-f]{12})_[0-9a-f]{64})([0-9a-f]{8})$/;

/** A key that was just made; the server keeps only its digest. */
export interface NewApiKey {
  /** Names the key in lists and logs; it is not secret. */
  id: string;
  /** The text that the client sends: `mr_<id>_<secret><checksum>`. */
  token: string;
}

/** Makes a key of 256 random bits. */
export function createApiKey(): NewApiKey {
  const id = randomBytes(ID_BYTES).toString("hex");
  const body = `mr_${id}_${randomBytes(SECRET_BYTES).toString("hex")}`;
  return { id, token: body + checksum(body) };
}

/**
 * The id in a token, or nothing when the token cannot be a key. The checksum (CRC-32) tells typos
 * and cut-off keys from keys that are unknown, and lets scanners for leaked secrets be sure.
 */
export function apiKeyIdOf(token: string): string | undefined {
  const match = FORM.exec(token);
  return match !== null && checksum(match[1]) === match[3] ? match[2] : undefined;
}

/**
 * The digest that is kept of a token. One round of SHA-256 is enough: salts and slow hashes protect
 * secrets that people choose, and an attacker cannot try 2^256 random ones.
 */
export function digestOf(token: string): Buffer {
  // Through hexadecimal digits: a hash object, or one-shot into a buffer, takes up to four times as long.
  return Buffer.from(hash("sha256", token), "hex");
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
