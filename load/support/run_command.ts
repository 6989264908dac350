import { MisreadOption, Refusal } from "./options.ts";
import { Interrupted } from "./stop_on_signal.ts";

const USAGE_EXIT = 2;
const INTERRUPTED_EXIT = 130;

/**
 * Runs a task's command, and tells what the user has to know if it refuses.
 *
 * @param task Its name, as in `deno task bench`.
 * @param execute Reads and executes the command; gives its exit code.
 * @returns The exit code.
 */
export async function runCommand(task: string, execute: () => Promise<number>): Promise<number> {
  try {
    return await execute();
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED_EXIT;
    if (!(error instanceof Refusal)) throw error;
    console.error(error.message);
    if (!(error instanceof MisreadOption)) return 1;
    console.error(`\ndeno task ${task} --help says more`);
    return USAGE_EXIT;
  }
}
