import { goesOnAfter, POLL_BYTES } from "../memory/runtime";

// What must be known of a text and of its slices before these are counted, many at once.

/** What classifyText has found. */
export let textIsAscii: bool = false;
export let mayHoldNul: bool = false;

/**
 * Looks whether a text is ASCII, and whether it holds NUL. Zeroes follow the text, so its last bytes
 * are looked at one by one.
 */
export function classifyText(text: usize, bytes: u32): void {
  textIsAscii = true;
  mayHoldNul = false;
  const end = text + bytes;
  let at = text;
  if (ASC_FEATURE_SIMD) {
    const last = text + <usize>(bytes & ~63);
    while (at < last) {
      const stop = min<usize>(last, at + POLL_BYTES);
      at = classifyBlocks(at, stop);
      if (!goesOnAfter(POLL_BYTES)) return;
    }
  }
  let all: u32 = 0;
  for (; at < end; at++) {
    const byte: u32 = load<u8>(at);
    all |= byte;
    if (byte == 0) mayHoldNul = true;
    if (((at - text) & (POLL_BYTES - 1)) == 0 && !goesOnAfter(POLL_BYTES)) return;
  }
  if (all >= 0x80) textIsAscii = false;
}

function classifyBlocks(at: usize, stop: usize): usize {
  const zero = i8x16.splat(0);
  let all = zero, nuls = zero;
  for (; at < stop; at += 64) {
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    all = v128.or(all, v128.or(v128.or(a, b), v128.or(c, d)));
    const least = i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d));
    nuls = v128.or(nuls, i8x16.eq(least, zero));
  }
  if (i8x16.bitmask(all) != 0) textIsAscii = false;
  if (v128.any_true(nuls)) mayHoldNul = true;
  return at;
}

/** The highest end of the slices in [at, stop). */
export function endsOf(at: usize, stop: usize): u32 {
  let most: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    let all = i32x4.splat(0);
    for (; at + 16 <= stop; at += 16) all = i32x4.max_u(all, i32x4.shr_u(v128.load(at), 16));
    most = mostOf(all);
  }
  for (; at < stop; at += 4) most = max<u32>(most, load<u32>(at) >>> 16);
  return most;
}

/** Bytes of the longest slice in [at, stop); 0 if one is empty, 1 if there is no slice. */
export function mostLengthOf(at: usize, stop: usize): u32 {
  let least: i32 = i32.MAX_VALUE;
  let most: u32 = 1;
  if (ASC_FEATURE_SIMD) {
    let low = i32x4.splat(i32.MAX_VALUE), high = i32x4.splat(1);
    const starts = i32x4.splat(0xffff);
    for (; at + 16 <= stop; at += 16) {
      const slices = v128.load(at);
      const lengths = i32x4.sub(i32x4.shr_u(slices, 16), v128.and(slices, starts));
      low = i32x4.min_s(low, lengths);
      high = i32x4.max_s(high, lengths);
    }
    least = leastOf(low);
    most = mostOf(high);
  }
  for (; at < stop; at += 4) {
    const slice = load<u32>(at);
    const length = <i32>(slice >>> 16) - <i32>(slice & 0xffff);
    least = min(least, length);
    most = max<u32>(most, <u32>max(length, 1));
  }
  return least <= 0 ? 0 : most;
}

// @ts-ignore: decorator
@inline
function mostOf(all: v128): u32 {
  const a = <u32>i32x4.extract_lane(all, 0), b = <u32>i32x4.extract_lane(all, 1);
  const c = <u32>i32x4.extract_lane(all, 2), d = <u32>i32x4.extract_lane(all, 3);
  return max(max(a, b), max(c, d));
}

// @ts-ignore: decorator
@inline
function leastOf(all: v128): i32 {
  const a = i32x4.extract_lane(all, 0), b = i32x4.extract_lane(all, 1);
  const c = i32x4.extract_lane(all, 2), d = i32x4.extract_lane(all, 3);
  return min(min(a, b), min(c, d));
}
