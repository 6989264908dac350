import type { BODY_PARAMETERS, Column, COUNT_PARAMETERS, OUTPUT_PARAMETERS } from "./options.ts";

// What the tables of options.ts have no room for: texts for people, in which `…` is code.

type Parameters = typeof COUNT_PARAMETERS & typeof BODY_PARAMETERS & typeof OUTPUT_PARAMETERS;

type ValueOf<P> = P extends { values: readonly (infer V extends string)[] } ? V : never;

/** A text for every value of every choice. */
type ChoiceNotes = {
  readonly [N in keyof Parameters as Parameters[N] extends { kind: "choice" } ? N : never]:
    Readonly<Record<ValueOf<Parameters[N]>, string>>;
};

/** What each value of a parameter means, by the parameter's name. */
export const CHOICE_NOTES: ChoiceNotes & { readonly columns: Readonly<Record<Column, string>> } = {
  tokenizer: {
    unicode: "Words by UAX #29 of Unicode 17, default rules. A segment counts when it holds a " +
      "letter or a number (Alphabetic or general category N). Each ideograph is a word.",
    whitespace: "Runs without whitespace, as Python's `str.split()` gives them.",
    ascii: "Runs of ASCII letters, digits and apostrophes between them; all other bytes separate.",
    lines: "Whole lines without their LF or CRLF, as they are, empty ones included, as " +
      "`sort | uniq -c` counts them. `keepCR=true` keeps the CR.",
    template: "Lines with masks in place of what differs between those that one statement of a " +
      "program writes: `<num>`, `<hex>`, `<uuid>`, `<ip>`, `<date>`, `<str>`. It is " +
      "`key=template`, so `value` and `where` go with it.",
    pattern: "What `patterns` names, wherever it stands in a line, as `grep -o -F -f` finds it. " +
      "`overlap` says which occurrences count where some overlap.",
    icu: "Words by ICU's dictionaries (`Intl.Segmenter`), for Chinese, Japanese and Thai in the " +
      "first place. About a hundred times slower than `unicode`; `locale` names the language.",
  },
  case: {
    auto:
      "Lines, the words of a JSON list and keys of records but `word` keep their case, all other keys are " +
      "folded. The answer's `options` say which of the two it was.",
    fold: "Keys that differ by case alone are one key, by Unicode's full case folding.",
    preserve: "Keys that differ by case are different keys.",
  },
  normalization: {
    none: "Keys are made of the code points that the text has.",
    nfc: "Keys are in Normalization Form C of UAX #15: `é` is one key, whether the text has one " +
      "code point or `e` and U+0301. Folded keys are normalized after the folding as well.",
  },
  order: {
    count: "The largest count first; keys of equal counts by code point. Where a kernel emits " +
      "values, the largest value first, likewise.",
    value: "The same as `count`.",
    key: "By key, by code point.",
  },
  partition: {
    hash: "By the hash of the key, as the server likes; a result does not show it.",
    range: "At the keys that `borders` names, `part` 1 before the first one. A border belongs to " +
      "the partition behind it. Results that have the same borders can be joined part by part.",
  },
  stopMode: {
    any: "An n-gram is left out if any of its tokens is a stop word.",
    all: "An n-gram is left out if all of its tokens are stop words.",
  },
  invalid: {
    replace: "Invalid UTF-8 is read as U+FFFD; `totals.replacements` says how often.",
    reject: "Invalid UTF-8 fails the request with the offset of the first bad byte.",
  },
  bom: {
    skip: "A byte order mark at the beginning is not part of the text.",
    keep: "A byte order mark at the beginning is text.",
  },
  overlap: {
    leftmostLongest:
      "Occurrences overlap none further left; of those that begin at one place, the " +
      "longest counts.",
    all: "Every occurrence of every pattern counts.",
  },
  mode: {
    exact: "All keys are counted, on disk where memory does not hold them.",
    approx: "The most frequent keys are counted within `memory`, without a disk. The answer's " +
      "`approx.bound` says by how much a count may be too low.",
  },
  onError: {
    fail: "A row of CSV or a document of JSON that breaks fails the request, with its offset.",
    skip: "It is left out; `records` of the answer says how many there were, and where the first " +
      "five stand.",
  },
  form: {
    auto: "A body of type `application/x-www-form-urlencoded` is a form if it looks like one and " +
      "has a field `text`; else it is the text.",
    true: "The body is a form; its fields `text` are counted.",
    false: "The body is the text, as it stands.",
  },
  decompress: {
    none: "Only what `Content-Encoding` names is decompressed.",
    auto: "gzip, Zstandard and Brotli are also decompressed where no header says so: the first " +
      "two by their first bytes, Brotli by its media type or a name that ends in `.br`.",
  },
  format: {
    json:
      "One document: totals, times, options and counts. Where a kernel emits values, its rows, " +
      "and those of the other formats, have `value` in place of `count`.",
    ndjson: 'A line of JSON for each key: `{"key":"the","count":14703}`.',
    csv: "RFC 4180 with the header `key,count` and CRLF.",
    tsv: "`key TAB count`, a line for each key; no header, and nothing is escaped.",
    arrow: "An Apache Arrow stream of the columns `key` (utf8) and `count` (uint64), or `value` " +
      "(int64 or float64).",
  },
  only: {
    all: "The keys that the other parameters select, with the totals of all keys.",
    totals: "`totals` alone: the number of distinct keys and the sums, in a document of JSON.",
  },
  columns: {
    share:
      "`count / totals.counted`, from 0 to 1: of all keys, whatever the answer shows. Values " +
      "have none.",
    perMillion: "`1000000 × count / totals.counted`. Values have none.",
    rank: "Position in the list by count or value, from 1; equal ones stand by key. Needs " +
      "`order=count` or `order=value`.",
  },
};

/** An option that is refused beside others, since it could have no effect. */
export interface ConflictNote {
  /** A query with the option in it. */
  query: string;
  because: string;
}

/** An example for each rule of option_conflicts.ts. */
export const CONFLICT_NOTES: readonly ConflictNote[] = [
  { query: "minLength=3&maxLength=2", because: "no key is left" },
  { query: "min=3&max=2", because: "no count is within the bounds" },
  { query: "locale=th&tokenizer=unicode", because: "only `tokenizer=icu` reads it" },
  { query: "keepCR=true&tokenizer=unicode", because: "only `tokenizer=lines` has lines" },
  { query: "stopMode=all", because: "there are no stop words; `stop` and `stopWords` name them" },
  {
    query: "n=2&kernel=log-status",
    because:
      "a kernel other than `words` makes the keys itself; so with `tokenizer`, `lineBound`, " +
      "`keepCR`, `locale`, and what is of records or patterns",
  },
  { query: "keep=not", because: "it takes words out of the lists that `stop` names" },
  { query: "borders=g,n", because: "only `partition=range` has borders" },
  { query: "partition=range", because: "there are no borders; `borders` names them" },
  {
    query: "borders=n,g&partition=range",
    because: "the borders are not in order, or not distinct",
  },
  { query: "value=column(2)", because: "there are no records without `key`" },
  { query: "key=word,field(1)", because: "a word is the last one of its keys" },
  { query: "n=2&by=part", because: "words of records and parts are counted one by one" },
  { query: "match=^a&by=part", because: "it looks at keys before they are folded" },
  { query: "value=part&key=word", because: "parts have names; `agg=distinct` counts them" },
  { query: "tz=Europe/Berlin&key=field(1)", because: "no expression is a time" },
  { query: "agg=max&key=field(1)", because: "there are no values; `value` names them" },
  { query: "header=true&key=field(1)", because: "only `records=csv` has columns" },
  { query: "onError=skip&key=field(1)", because: "a line cannot break" },
  { query: "records=line&key=column(1)", because: "columns are of `records=csv`" },
  { query: "tokenizer=lines&key=field(1)", because: "there are no tokens in a record" },
  { query: "n=2&tokenizer=template", because: "nor in a line with masks" },
  { query: "tokenizer=pattern", because: "there is nothing to look for; `patterns` names it" },
  { query: "patterns=a", because: "only `tokenizer=pattern` looks for patterns" },
  {
    query: 'where=record^="a"&tokenizer=pattern&patterns=a',
    because: "patterns are counted in all of the text",
  },
  {
    query: "patterns=é&tokenizer=pattern&case=fold",
    because: "patterns fold letters of ASCII alone",
  },
  {
    query: "normalization=nfc&tokenizer=pattern&patterns=a",
    because: "patterns are found in the text as it is",
  },
  {
    query: "round=2&key=field(1)&value=field(2)&agg=distinct",
    because: "there are no numbers to round",
  },
  { query: "match=^a&key=field(1),field(2)", because: "it matches one key, and there are two" },
  {
    query: "partition=range&borders=g&group=stem(en)",
    because: "borders are of keys, and groups have several",
  },
  { query: "memory=32MiB", because: "an exact count takes what memory there is" },
  { query: "mode=approx&key=field(1)&value=field(2)", because: "only counts have a bound" },
  { query: "mode=approx&n=2&stop=en", because: "stop words within n-grams are found later" },
  { query: "mode=approx&group=stem(en)", because: "forms that left are unknown" },
  { query: "mode=approx&partition=range&borders=n", because: "its parts would have no sums" },
];

/** An example for each refusal of value_options.ts: the kernel emits values. */
export const VALUE_CONFLICT_NOTES: readonly ConflictNote[] = [
  { query: "min=2&kernel=csv-group", because: "values have no least count" },
  { query: "columns=share&kernel=csv-group", because: "values have no sum that a share is of" },
  { query: "mode=approx&kernel=csv-group", because: "only counts have a bound" },
];
