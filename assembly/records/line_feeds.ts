const LINE_FEED: u8 = 0x0a;

/** Line feeds in a part of the text. */
export function countLineFeeds(from: usize, to: usize): u32 {
  const feed = i8x16.splat(<i8>LINE_FEED);
  let count: u32 = 0;
  let at = from;
  for (; at + 16 <= to; at += 16) count += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), feed)));
  for (; at < to; at++) count += <u32>(load<u8>(at) == LINE_FEED);
  return count;
}
