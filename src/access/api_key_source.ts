import { getLogger } from "@logtape/logtape";
import { parseApiKeyRows, readApiKeyRow } from "./api_key_terms.ts";
import { ApiKeyRing } from "./api_key_ring.ts";

const logger = getLogger(["millrace", "keys"]);

/** How often the file is checked: the server refuses a revoked key after this time at most. */
const WATCH_MS = 1000;

const WRITABLE_BY_OTHERS = 0o022;

/** Keys that follow their file. */
export interface ApiKeySource extends Disposable {
  readonly ring: ApiKeyRing;
  /** Reads the file again. A file that cannot be read is logged, and the old keys stay. */
  reload(): void;
}

/**
 * Opens a file of keys and follows its changes. A text that is a JSON array holds the rows
 * themselves: some platforms have no files.
 *
 * The file's time is read each second. That also notices a file that is replaced, mounted over or on
 * a network, which file system events miss.
 *
 * @throws {Error} If the keys cannot be read.
 */
export function openApiKeys(place: string): ApiKeySource {
  if (place.startsWith("[")) {
    const ring = new ApiKeyRing(readRows(place));
    return { ring, reload() {}, [Symbol.dispose]() {} };
  }
  let stamp = stampOf(place);
  warnOfMode(place);
  const ring = new ApiKeyRing(readRows(Deno.readTextFileSync(place)));
  const reload = () => {
    try {
      stamp = stampOf(place);
      warnOfMode(place);
      ring.replace(readRows(Deno.readTextFileSync(place)));
      logger.info("Keys read again", { keys: ring.size });
    } catch (error) {
      const reason = (error as Error).message;
      logger.error("Cannot read keys again, the old ones stay", { reason });
    }
  };
  const timer = setInterval(() => stampOf(place) !== stamp && reload(), WATCH_MS);
  Deno.unrefTimer(timer);
  return { ring, reload, [Symbol.dispose]: () => clearInterval(timer) };
}

function readRows(text: string) {
  return parseApiKeyRows(text).map(readApiKeyRow);
}

/** A user that may write to the file can add a key; reading its digests does no harm. */
function warnOfMode(path: string): void {
  const mode = Deno.statSync(path).mode ?? 0; // null where files have none
  if ((mode & WRITABLE_BY_OTHERS) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  logger.warn("Others may write to the file of keys: chmod 600 it", { path, mode: octal });
}

/** A text that changes when the file does; empty while there is no file. */
function stampOf(path: string): string {
  try {
    const { mtime, size, ino } = Deno.statSync(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return "";
  }
}
