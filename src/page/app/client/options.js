/**
 * How to count, as the fields of the form have it.
 *
 * @typedef {{ tokenizer: string, n: string, case: string, stop: string, top: string }} Options
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
  icu: "words by dictionaries (zh, ja, th)",
};

/** The most tokens in a key. */
export const MOST_N = 5;

/** @type {Options} */
export const DEFAULTS = { tokenizer: "unicode", n: "1", case: "auto", stop: "", top: "0" };

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
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) {
    if (value !== SERVERS_OWN[/** @type {keyof Options} */ (name)]) query.set(name, value);
  }
  if (mayBeCompressed(source)) query.set("decompress", "auto");
  return String(query);
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

/**
 * The line for a shell that counts the same.
 *
 * @param {string} address Of the server's `v1/count`.
 * @param {Options} options
 * @param {Source} source
 * @param {boolean} hasKey
 */
export function curlOf(address, options, source, hasKey) {
  const query = queryOf(options, source);
  const target = quote(query === "" ? address : `${address}?${query}`);
  const key = hasKey ? ' -H "Authorization: Bearer $KEY"' : "";
  if (source.kind === "url") {
    return `curl -s${key} --json ${quote(JSON.stringify({ url: source.url }))} ${target}`;
  }
  const files = source.kind === "files" ? source.files : [new File([], "text.txt")];
  if (!isForm(files)) return `curl -sT ${quote(files[0].name)}${key} ${target}`;
  const parts = files.map(({ name }) => ` -F ${quote(`file=@"${escape(name)}";type=text/plain`)}`);
  return `curl -s${parts.join("")}${key} ${target}`;
}

/** Whether files are sent as a form. @param {readonly File[]} files */
function isForm(files) {
  return files.length > 1 || NAMED.test(files[0].name);
}

/** @param {string} text As one word of a shell. */
function quote(text) {
  return /^[\w./:-]+$/.test(text) && !text.startsWith("-")
    ? text
    : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** @param {string} name Within curl's own double quotes. */
function escape(name) {
  return name.replace(/["\\]/g, "\\$&");
}
