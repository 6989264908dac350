import { TOKENIZER_ASCII, TOKENIZER_LINES, TOKENIZER_WHITESPACE } from "../../layout";
import { scanAscii, scanLongAscii } from "./ascii";
import { scanLines, scanLongLines } from "./lines";
import { scanLongUnicode, scanUnicode } from "./unicode";
import { scanLongWhitespace, scanWhitespace } from "./whitespace";

// The scanners of text; scan.ts says what a scanner does.

export function scanText(tokenizer: u32, from: usize, to: usize, end: usize, list: usize, foldBit: u32): usize {
  switch (tokenizer) {
    case TOKENIZER_ASCII: return scanAscii(from, to, end, list, foldBit);
    case TOKENIZER_WHITESPACE: return scanWhitespace(from, to, end, list, foldBit);
    case TOKENIZER_LINES: return scanLines(from, to, end, list, foldBit);
    default: return scanUnicode(from, to, end, list, foldBit);
  }
}

export function scanLongText(tokenizer: u32, from: usize, end: usize): usize {
  switch (tokenizer) {
    case TOKENIZER_ASCII: return scanLongAscii(from, end);
    case TOKENIZER_WHITESPACE: return scanLongWhitespace(from, end);
    case TOKENIZER_LINES: return scanLongLines(from, end);
    default: return scanLongUnicode(from, end);
  }
}
