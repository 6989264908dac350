import type { Side } from "../../support/benchmark.ts";
import { runCommand } from "../../support/commands.ts";
import { Refusal } from "../../support/options.ts";
import { THIS_REVISION } from "../../support/this_revision.ts";

const SHORT_HASH = 10;

/**
 * Another revision of Millrace in a temporary folder: its files as git keeps them, its own lock
 * file, and kernels that its own build has compiled. Nothing of it is left in the repository.
 */
export class Revision implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string, readonly side: Side) {
    this.#folder = folder;
  }

  /**
   * Writes the files of a revision, and builds it.
   *
   * @param name What git calls a revision: a hash, a tag, a branch, HEAD~3.
   * @param tell Takes each line of progress.
   * @throws {Refusal} If there is no git, no repository, no such revision, or it cannot be built.
   * @throws {Error} If the signal says to stop.
   */
  static async prepare(
    name: string,
    tell: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Revision> {
    const commit = await findCommit(name);
    const short = commit.slice(0, SHORT_HASH);
    const folder = await Deno.makeTempDir({ prefix: "millrace-against-" });
    const root = new URL(`file://${folder}/tree/`);
    const side = { name: short.startsWith(name) ? name : `${name} (${short})`, root };
    const revision = new Revision(folder, side);
    try {
      tell(`writing ${side.name} to ${root.pathname}`);
      await writeTree(commit, folder, signal);
      tell(`building ${side.name}`);
      await build(side, signal);
      return revision;
    } catch (error) {
      await revision[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }
}

/** The full hash of a revision. */
async function findCommit(name: string): Promise<string> {
  try {
    await git(["rev-parse", "--git-dir"]);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    const reason = isMissing ? "git is not installed" : "this folder is no git repository";
    throw new Refusal(`Cannot read revision "${name}": ${reason}`);
  }
  try {
    return (await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]))
      .trim();
  } catch {
    throw new Refusal(`Cannot find revision "${name}": git knows no such commit`);
  }
}

/** Through an index of its own, so that neither the index nor the list of work trees changes. */
async function writeTree(commit: string, folder: string, signal: AbortSignal): Promise<void> {
  const env = { GIT_INDEX_FILE: `${folder}/index` };
  await git(["read-tree", commit], { env, signal });
  await git(["checkout-index", "--all", `--prefix=${folder}/tree/`], { env, signal });
}

function git(
  args: string[],
  options: Pick<Deno.CommandOptions, "env" | "signal"> = {},
): Promise<string> {
  return runCommand("git", args, { ...options, cwd: THIS_REVISION.root });
}

async function build({ name, root }: Side, signal: AbortSignal): Promise<void> {
  try {
    const env = { NO_COLOR: "1" };
    await runCommand(Deno.execPath(), ["task", "build"], { cwd: root, env, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Refusal(`Cannot build ${name}: ${(error as Error).message}`);
  }
}
