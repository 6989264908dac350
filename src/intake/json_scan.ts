const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
/** JSON up to so many characters is parsed without a look: what it holds is little. */
const HARMLESS_CHARS = 64 * 1024;

const OPENING = [0x5b, 0x7b]; // [ {
const CLOSING = [0x5d, 0x7d]; // ] }

/**
 * The first member of an object that its text names a second time, since JSON.parse keeps the last
 * one and says nothing. Members of what is in it are not looked at.
 *
 * @param json An object, as JSON.parse takes it.
 */
export function findDuplicateMember(json: string): string | undefined {
  const names = new Set<string>();
  let depth = 0;
  let expectsName = true;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfString(json, at);
      if (depth === 1 && expectsName) {
        const name = JSON.parse(json.slice(at, end + 1));
        if (names.has(name)) return name;
        names.add(name);
        expectsName = false;
      }
      at = end;
    } else if (code === COMMA) expectsName = true;
    else if (OPENING.includes(code)) depth++;
    else if (CLOSING.includes(code)) depth--;
  }
  return undefined;
}

/**
 * Whether a long text has more arrays and objects than JSON.parse should make. Each takes two bytes
 * of text and dozens of memory, and to make millions of them blocks the thread for seconds. The
 * text need not be JSON.
 */
export function isTooManifold(json: string, mostContainers: number): boolean {
  if (json.length <= HARMLESS_CHARS) return false;
  let containers = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfString(json, at);
    else if (OPENING.includes(code) && ++containers > mostContainers) return true;
  }
  return false;
}

/** Index of the quote that ends a string: one with an even number of backslashes before it. */
function endOfString(json: string, start: number): number {
  for (let end = start;;) {
    end = json.indexOf('"', end + 1);
    if (end < 0) return json.length; // it is no JSON
    let before = end;
    while (json.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
  }
}
