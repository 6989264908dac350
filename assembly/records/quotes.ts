import { side } from "./regions";
import { setSlot } from "./slots";

// Values of CSV in quotes (RFC 4180). Each quote opens or closes, wherever it stands, as it does where
// rows end. A value that begins with a quote loses its quotes, but for one of each doubled pair; another
// value is what is written.

const QUOTE: u8 = 0x22;

/** Where the next text at the side begins. */
export let sideEnd: usize = 0;

export function clearSide(): void {
  sideEnd = side;
}

export function setSideEnd(end: usize): void {
  sideEnd = end;
}

/** Puts a value that begins with a quote into a slot. */
export function unquote(slot: u32, start: usize, end: usize): void {
  let at = start + 1;
  while (at < end && load<u8>(at) != QUOTE) at++;
  if (at + 1 >= end) return setSlot(slot, start + 1, at);
  const copy = sideEnd;
  const before = at - (start + 1);
  memory.copy(copy, start + 1, before);
  let to = copy + before;
  let isQuoted = true;
  while (at < end) {
    const byte = load<u8>(at++);
    if (byte == QUOTE) {
      const isDoubled = isQuoted && at < end && load<u8>(at) == QUOTE;
      if (!isDoubled) {
        isQuoted = !isQuoted;
        continue;
      }
      at++;
    }
    store<u8>(to++, byte);
  }
  sideEnd = to;
  setSlot(slot, copy, to);
}
