import { validateBytes } from "../text/utf8";
import { poll, POLL_BYTES } from "./host";
import { fixedBytes } from "./plan";
import { BROKEN_UTF8 } from "./plan_layout";
import { readRecord } from "./rows";
import { text, textEnd } from "./regions";
import { nextWord, startWords, wordEnd, wordStart } from "./words";

// Records that are no lines.

const LINE_FEED: u8 = 0x0a;
const CR: u8 = 0x0d;

/** Records of so many bytes each; the last one may be shorter. One that is no UTF-8 is broken. */
export function readFixed(): bool {
  let polled = text;
  for (let at = text; at < textEnd; at += fixedBytes) {
    const end = min(at + fixedBytes, textEnd);
    if (!readRecord(at, end, validateBytes(at, end) != end ? BROKEN_UTF8 : 0)) return false;
    if (end - polled >= POLL_BYTES) {
      polled = end;
      poll();
    }
  }
  return true;
}

export function readChunk(): bool {
  return text == textEnd || readRecord(text, textEnd, 0);
}

export function readWords(): bool {
  startWords(text, textEnd);
  while (nextWord()) {
    if (!readRecord(wordStart, wordEnd, 0)) return false;
  }
  return true;
}

/** Paragraphs end before blank lines; their own last line end is none of theirs. */
export function readParagraphs(): bool {
  let polled = text;
  let at = text;
  while (at < textEnd) {
    const start = at;
    let stop = at;
    while (at < textEnd) {
      const line = at;
      while (at < textEnd && load<u8>(at) != LINE_FEED) at++;
      const end = at > line && load<u8>(at - 1) == CR ? at - 1 : at;
      at++;
      if (end == line) break;
      stop = end;
    }
    if (stop > start && !readRecord(start, stop, 0)) return false;
    if (at - polled >= POLL_BYTES) {
      polled = at;
      poll();
    }
  }
  return true;
}
