/** Members of a failure that say which input it is of, and which line of that. */
interface Place {
  line?: unknown;
  path?: unknown;
  name?: unknown;
}

/**
 * The failure of an input as the engine or a server tells it. What they call a part is a file or a
 * stream here, and a line is named as compilers do: `FILE:LINE:BYTE: why`.
 *
 * @param message What they say.
 * @param place Members of the failure.
 * @param alone The input, where there is no other.
 */
export function inInput(message: string, place: object, alone?: string): string {
  const { line, path, name = path } = place as Place;
  const named = message.replace(/, in (part|file) '/, ", in '")
    .replace("; onError=skip leaves", "; --on-error skip leaves");
  const input = name ?? alone;
  if (typeof line !== "number" || typeof input !== "string") {
    return alone === undefined || named.includes(", in '") ? named : `${named}, in '${alone}'`;
  }
  const column = /, at line \d+, column (\d+)/.exec(named)?.[1];
  const bare = named.replace(/, at line \d+(, column \d+)?/, "").replace(`, in '${input}'`, "");
  return `${input}:${line}:${column === undefined ? "" : `${column}:`} ${bare}`;
}
