import type { BorderRule } from "../input/split_borders.ts";
import { SPLIT_CONTEXT } from "../input/splitter_rules.ts";

/** Parts of the least size; of a longer text, each part is one in so many of what came before. */
const PARTS = 500;

/** Bytes of a text in order. */
export interface TextPiece {
  bytes: Uint8Array;
  /** Whether a part of the text ends behind them, and another one follows. */
  ends: boolean;
}

/** How a text is cut that comes in. */
export interface Cutting {
  /** Bytes of the mark before the text. */
  markBytes: number;
  /** Least bytes of a part; more than a byte order mark has. */
  partBytes: number;
}

/**
 * Cuts a text while it comes in: each part ends at the first border behind its least bytes. Of the
 * text, no more is held than a block and what tells a border.
 */
export async function* cutText(
  blocks: AsyncIterable<Uint8Array>,
  rule: BorderRule,
  cutting: Cutting,
): AsyncGenerator<TextPiece, void, void> {
  const { before, behind } = SPLIT_CONTEXT;
  /** What was given last, as far as it tells borders, and what is yet to be given. */
  let held: Uint8Array = new Uint8Array(0);
  let given = 0;
  /** Offset in the text of the first byte that is held. */
  let at = 0;
  let least = cutting.partBytes;
  for await (const block of blocks) {
    held = join(held, block);
    const known = held.length - behind;
    for (;;) {
      const from = Math.max(least - at, given);
      const border = nextBorder(held, { from, to: known, at }, rule, cutting);
      if (border === undefined) break;
      yield { bytes: held.subarray(given, border), ends: true };
      given = border;
      least = at + border + Math.max(cutting.partBytes, (at + border) / PARTS);
    }
    const end = Math.max(given, Math.min(held.length, Math.max(least - at, known)));
    if (end > given) yield { bytes: held.subarray(given, end), ends: false };
    const kept = Math.max(0, end - before);
    held = held.slice(kept);
    at += kept;
    given = end - kept;
  }
  if (held.length > given) yield { bytes: held.subarray(given), ends: false };
}

/** The first border among bytes, by its place in them. */
function nextBorder(
  bytes: Uint8Array,
  { from, to, at }: { from: number; to: number; at: number },
  { isBorder, recordBytes }: BorderRule,
  { markBytes }: Cutting,
): number | undefined {
  if (recordBytes !== undefined) {
    const record = Math.ceil((at + from - markBytes) / recordBytes);
    const border = markBytes + record * recordBytes - at;
    return border < to ? border : undefined;
  }
  for (let border = from; border < to; border++) if (isBorder(bytes, border)) return border;
  return undefined;
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
