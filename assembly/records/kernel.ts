// The kernel that counts keys and values of records. It runs on memory of its own, over a copy of each
// chunk, and leaves in it what the words' kernel counts.

import { validateUtf8 } from "../text/utf8";
import { literalFeeds, readLiterals } from "./literals";
import { countLineFeeds } from "./line_feeds";
import { clearMarks, endsQuoted, markedFeeds, quotedFeeds } from "./marks";
import { beginOutput, endOutput, firstForm, form, out, wholeForm } from "./output";
import { literals, passesBlanks, readPlan, recordKind, separatedCount } from "./plan";
import { RECORDS_CHUNK, RECORDS_CSV, RECORDS_FIXED, RECORDS_WORD } from "./plan_layout";
import { readChunk, readFixed, readParagraphs, readWords } from "./records";
import { clearPadding, output, part, placePlan, placeText, text, textEnd } from "./regions";
import { readRows } from "./rows";
import { clearTallies, TALLIES, talliedRecords, tallyLineFeeds } from "./tallies";

const LINE_FEED: u8 = 0x0a;

/** Where the thread puts the plan, once. */
export function mr_reserve_plan(bytes: u32): usize {
  return placePlan(bytes);
}

export function mr_configure(plan: usize): void {
  readPlan(plan);
}

/** Where the thread puts a chunk of so many bytes, of a part whose name has so many. */
export function mr_reserve(bytes: u32, partBytes: u32): usize {
  placeText(bytes, partBytes);
  return text;
}

/** Where it puts the name then. */
export function mr_part(): usize {
  return part;
}

/**
 * Bytes of the chunk that are UTF-8, from its beginning; the others must be repaired before mr_map. Of
 * records of fixed length none may be: they would begin elsewhere then, and each is looked at by itself.
 */
export function mr_valid(): u32 {
  clearPadding();
  if (recordKind == RECORDS_FIXED) return <u32>(textEnd - text);
  return validateUtf8(text, <u32>(textEnd - text));
}

/**
 * Reads the chunk's records. Returns the form of the output.
 *
 * @param isCopy Whether the chunk stands nowhere else, so that slices of it would be in vain.
 */
export function mr_map(isCopy: bool): u32 {
  clearMarks();
  const wanted = firstForm();
  const whole = wholeForm(wanted);
  if (!readAs(isCopy ? whole : wanted)) readAs(whole);
  endOutput();
  tallyLineFeeds(lineFeeds());
  return form;
}

/** Address of the tallies. */
export function mr_tallies(): usize {
  return TALLIES;
}

/** Where the output begins, behind 8 bytes that the thread may write to, and where it ends. */
export function mr_output(): usize {
  return output;
}

export function mr_output_end(): usize {
  return out;
}

/** Line feeds of the text that was read: where each ends a record or stands in quotes, they are known. */
function lineFeeds(): u32 {
  if (literals != 0) return literalFeeds;
  if (passesBlanks && separatedCount == 0) return markedFeeds;
  if (passesBlanks || recordKind > <u32>RECORDS_CSV) return countLineFeeds(text, textEnd);
  const isOpen = textEnd > text && (endsQuoted || load<u8>(textEnd - 1) != LINE_FEED);
  return talliedRecords() - <u32>isOpen + quotedFeeds;
}

/** False if slices cannot hold all keys. */
function readAs(newForm: u32): bool {
  clearTallies();
  beginOutput(newForm);
  if (literals != 0) {
    readLiterals();
    return true;
  }
  if (recordKind <= <u32>RECORDS_CSV) return readRows();
  if (recordKind == RECORDS_FIXED) return readFixed();
  if (recordKind == RECORDS_WORD) return readWords();
  return recordKind == RECORDS_CHUNK ? readChunk() : readParagraphs();
}
