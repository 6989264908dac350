/**
 * How to count, as the fields of the form have it.
 *
 * @typedef {Record<keyof typeof DEFAULTS, string>} Options
 */

/**
 * What is counted.
 *
 * @typedef {{ kind: "files", files: readonly File[] }
 *   | { kind: "text", text: string }
 *   | { kind: "url", url: string }} Source
 */

/** What each tokenizer finds. */
export const TOKENIZERS = {
  unicode: "words",
  whitespace: "runs without whitespace",
  ascii: "ASCII words",
  lines: "lines",
  template: "templates of lines (numbers, dates and the like masked)",
  pattern: "texts that you name",
  icu: "words by dictionaries (zh, ja, th)",
};

/** The most tokens in a key. */
export const MOST_N = 5;

export const DEFAULTS = {
  tokenizer: "unicode",
  n: "1",
  case: "auto",
  stop: "",
  patterns: "",
  overlap: "leftmostLongest",
  by: "",
  key: "",
  value: "",
  agg: "",
  where: "",
  top: "0",
};

const OF_TOKENS = ["tokenizer", "n", "stop", "patterns", "overlap"];
const OF_PATTERNS = ["patterns", "overlap"];
const OF_RECORDS = ["value", "agg", "where"];

/** What looks at whole lines, in which there are no tokens. */
export const OF_LINES = ["template", "pattern"];

/** What the server takes for itself, unless the query says otherwise. */
const SERVERS_OWN = { ...DEFAULTS, top: "100" };

/** The endings of files that a server decompresses. */
const COMPRESSED = /\.(gz|zst|br)$/i;

/** Brotli is known by a file's name alone, which only forms tell. */
const NAMED = /\.br$/i;

/**
 * The query of a count; what the server does anyway is left out.
 *
 * @param {Options} options
 * @param {Source} source
 */
export function queryOf(options, source) {
  const query = new URLSearchParams(changesOf(options));
  if (mayBeCompressed(source)) query.set("decompress", "auto");
  return String(query);
}

/**
 * Options that the server and the command line must be told, each with its name.
 *
 * @param {Options} options
 */
export function changesOf(options) {
  return Object.entries(options).filter(([name, value]) =>
    value !== SERVERS_OWN[/** @type {keyof Options} */ (name)] && isUsed(name, options)
  );
}

/**
 * Whether an option says something beside the others: tokens have other ones than records.
 *
 * @param {string} name
 * @param {Options} options
 */
export function isUsed(name, { tokenizer, key, value }) {
  if (OF_TOKENS.includes(name) && key !== "") return false;
  if (OF_PATTERNS.includes(name)) return tokenizer === "pattern";
  if (name === "n" || name === "stop") return !OF_LINES.includes(tokenizer);
  if (OF_RECORDS.includes(name)) return key !== "" && (name !== "agg" || value !== "");
  return true;
}

/** Whether bytes that are sent may be other ones than those that are counted. @param {Source} source */
export function mayBeCompressed(source) {
  return source.kind === "files" && source.files.some(({ name }) => COMPRESSED.test(name));
}

/** @param {Source} source What to call it. */
export function titleOf(source) {
  if (source.kind === "text") return "Pasted text";
  if (source.kind === "url") return source.url;
  const { files: [first, ...others] } = source;
  return others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
}

/** @param {Source} source Bytes to send; undefined where only the server will know. */
export function bytesOf(source) {
  if (source.kind === "files") return source.files.reduce((sum, { size }) => sum + size, 0);
  return source.kind === "text" ? new Blob([source.text]).size : undefined;
}

/**
 * The body of a request, and its type. Whatever a file's type is, its text is counted: JSON, too.
 *
 * @param {Source} source
 * @returns {{ body: Blob | FormData | string, headers: Record<string, string> }}
 */
export function bodyOf(source) {
  const headers = { "content-type": "text/plain; charset=utf-8" };
  if (source.kind === "text") return { body: new Blob([source.text]), headers };
  if (source.kind === "url") {
    const body = JSON.stringify({ url: source.url });
    return { body, headers: { "content-type": "application/json" } };
  }
  const { files } = source;
  if (!isForm(files)) return { body: files[0], headers: { "content-type": "text/plain" } };
  const form = new FormData();
  for (const file of files) {
    form.append("file", new File([file], file.name, { type: "text/plain" }), file.name);
  }
  return { body: form, headers: {} };
}

/** Whether files are sent as a form. @param {readonly File[]} files */
export function isForm(files) {
  return files.length > 1 || NAMED.test(files[0].name);
}
