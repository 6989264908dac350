import { getLogger } from "@logtape/logtape";
import { parseApiKeyRows, readApiKeyRow } from "./api_key_terms.ts";
import { ApiKeyRing } from "./api_key_ring.ts";

const logger = getLogger(["millrace", "keys"]);

/** How often the file is looked at: a revoked key is refused after so long. */
const WATCH_MS = 1000;

const WRITABLE_BY_OTHERS = 0o022;

/** Keys that follow their file. */
export interface ApiKeySource extends Disposable {
  readonly ring: ApiKeyRing;
  /**
   * Reads the file again. If it cannot be read, the keys stay as they are, and a line is logged.
   */
  reload(): void;
}

/**
 * Opens a file of keys and follows its changes; or takes the rows themselves, when the text is a
 * JSON array, for where there are no files.
 *
 * Looking at the file's time each second also sees files that are replaced, mounted over or on a
 * network, which file system events miss.
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

/** A user that may write to the file can let itself in; reading the digests does no harm. */
function warnOfMode(path: string): void {
  const mode = Deno.statSync(path).mode ?? 0; // null where files have none
  if ((mode & WRITABLE_BY_OTHERS) === 0) return;
  const octal = (mode & 0o777).toString(8).padStart(4, "0");
  logger.warn("Others may write to the file of keys: chmod 600 it", { path, mode: octal });
}

/** Changes when the file does; empty while there is none. */
function stampOf(path: string): string {
  try {
    const { mtime, size, ino } = Deno.statSync(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return "";
  }
}
