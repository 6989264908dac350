/** The SHA-256 of bytes (FIPS 180-4), 32 of them. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

/** 96 bits of the SHA-256 of a text or of bytes, in hexadecimal. */
export async function digest(content: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const hash = (await sha256(bytes)).subarray(0, 12);
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
