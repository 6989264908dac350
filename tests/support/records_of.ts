/** Records of a text by their kind, in a way that has nothing to do with the rules. */
export const RECORDS: Readonly<Record<string, (text: string) => string[]>> = {
  line: (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [],
  ndjson: (text) => text.match(/[^\n]*\n|[^\n]+$/g) ?? [],
  word: (text) => text.match(/\S+/g) ?? [],
  csv: (text) => text.match(/(?:"[^"]*(?:"|$)|[^"\n])*\n|(?:"[^"]*(?:"|$)|[^"\n])+$/g) ?? [],
  paragraph: (text) =>
    text.split(/\n(?:\r?\n)+/).map((each) => each.replace(/^[\r\n]+|[\r\n]+$/g, "")).filter((
      each,
    ) => each !== ""),
  chunk: (text) => [...text],
  "fixed:3": (text) => text.match(/[^]{1,3}/g) ?? [],
};
