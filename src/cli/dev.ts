import { fileURLToPath } from "node:url";
import { build } from "../../assembly/build/build.ts";
import { ignoreError, own } from "../async/own.ts";
import config from "../../deno.json" with { type: "json" };
import { sleep } from "../async/sleep.ts";
import { followTask, TASK_VARIABLE } from "../shutdown.ts";

// `deno task dev`: compiles the kernels whose sources changed and serves, and does so again whenever
// a source changes. Deno's own `--watch` sees neither kernels nor threads: no module imports them.

const ROOT = new URL("../../", import.meta.url);

const WATCHED = ["assembly", "src", "workers"].map((name) => fileURLToPath(new URL(name, ROOT)));

/** Compiled kernels are not sources: watching them would build for ever. */
const IS_SOURCE = /\.(ts|json)$/;

/** Editors and version control write several files in a row. */
const SETTLE_MS = 100;

/** The exit codes of a server that has done all that its options ask, or cannot read them. */
const FINAL_CODES = [0, 2];

const WAITS = "Waits for a change of a source";

/** Arguments of `deno` for the server, with the rights that the task `serve` grants. */
const SERVE = config.tasks.serve.command.split(" ").slice(1);

/** The server follows this process as it follows a task runner: it drains when its parent is gone. */
const ENV = { [TASK_VARIABLE]: Deno.cwd() };

if (import.meta.main) {
  followTask(() => Deno.exit(1));
  while (true) {
    const changed = nextChange(); // begins before the build, which may see a change or miss it
    const server = await startServer();
    if (server === undefined) console.error(WAITS);
    const path = await changed;
    console.error(`${path} has changed`);
    await server?.stop();
  }
}

/** Waits for a change of a source, and until no more changes follow at once. */
async function nextChange(): Promise<string> {
  using watcher = Deno.watchFs(WATCHED);
  for await (const { kind, paths } of watcher) {
    const path = kind === "access" ? undefined : paths.find((each) => IS_SOURCE.test(each));
    if (path === undefined) continue;
    await sleep(SETTLE_MS);
    return path;
  }
  throw new Error("Cannot watch the sources: the watcher has ended");
}

/** @returns Undefined where the kernels cannot be built; what is wrong with them is printed. */
async function startServer(): Promise<{ stop(): Promise<void> } | undefined> {
  try {
    await build();
  } catch (error) {
    console.error((error as Error).message);
    return undefined;
  }
  const args = [...SERVE, ...Deno.args];
  const options = { args, cwd: ROOT, env: ENV, stdin: "null" } as const;
  const server = new Deno.Command(Deno.execPath(), options).spawn();
  let isStopped = false;
  own(
    server.status.then(({ code }) => {
      if (isStopped) return;
      if (FINAL_CODES.includes(code)) Deno.exit(code); // no change of a source would help
      console.error(WAITS);
    }),
    ignoreError,
  );
  return {
    async stop() {
      isStopped = true;
      try {
        server.kill("SIGTERM");
      } catch {
        // the server has ended by itself, and has said why
      }
      await server.status;
    },
  };
}
