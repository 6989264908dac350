import { inTime, type SourceLimits } from "../input/source.ts";
import { addressOf } from "./node_address.ts";
import type { Signatures } from "./signatures.ts";

/** How long a node may be silent that is asked for something. */
export const SILENCE: SourceLimits = { readTimeoutMs: 30_000 };

/** A node has not got what it was asked for. */
export class NotThere extends Error {
  override readonly name = "NotThere";
}

/**
 * Asks another node for something that lies below `/internal/`.
 *
 * @returns Its bytes, to be read within SILENCE.
 * @throws {NotThere} If the node answers that it has not got it.
 * @throws What keeps the node from answering.
 */
export async function askNode(
  node: string,
  path: string,
  signatures: Signatures,
): Promise<ReadableStream<Uint8Array>> {
  const url = addressOf(node, path);
  const headers = { authorization: await signatures.sign("GET", url) };
  const response = await inTime(fetch(url, { headers, redirect: "error" }), undefined, SILENCE);
  if (response.status === 200) return response.body!;
  await response.body?.cancel();
  throw new NotThere(`the node answers ${response.status}`);
}
