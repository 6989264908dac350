import { measureCommand } from "../../support/measured_command.ts";
import { costOf, runMillrace } from "./command_runs.ts";
import type { Cost } from "./costs.ts";

const OURS = "millrace -t lines -k all";
const THEIRS = "huniq -c";
/** What stands on a line, and whether the text is cut for that. */
const FORMS = { "lines of the text": false, "a word on each line": true };

/** Our way to count lines, and that of huniq, of each form. */
export const LINE_PAIRS = Object.keys(FORMS).map((form) =>
  [`${OURS}, ${form}`, `${THEIRS}, ${form}`] as const
);

/**
 * Ways to count each different line of a file, and of its words.
 *
 * @throws {Error} If huniq and Millrace find different lines.
 */
export async function createLineWays(
  path: string,
  huniq: string,
  workers: number,
): Promise<Record<string, () => Promise<Cost>>> {
  const ways: Record<string, () => Promise<Cost>> = {};
  for (const [i, isCut] of Object.values(FORMS).entries()) {
    const file = isCut ? `${path}.words` : path;
    if (isCut) await measureCommand(["sh", "-c", 'tr " " "\\n" < "$0" > "$1"', path, file]);
    const words = ["-t", "lines", "-k", "all", "-f", "uniq", "-q", "--workers", `${workers}`, file];
    const ours = () => runMillrace(words);
    const theirs = () => measureCommand(["sh", "-c", '"$0" -c < "$1"', huniq, file]);
    const [ourName, theirName] = LINE_PAIRS[i];
    if (sortLines((await ours()).stdout) !== sortLines((await theirs()).stdout)) {
      throw new Error(`Cannot compare rates: ${theirName} finds other lines`);
    }
    ways[ourName] = async () => costOf(await ours());
    ways[theirName] = async () => costOf(await theirs());
  }
  return ways;
}

/** Their order is no part of what is compared. */
function sortLines(text: string): string {
  return text.split("\n").map((line) => line.trimStart()).sort().join();
}
