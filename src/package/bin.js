#!/usr/bin/env node
// `millrace` where npm has installed it: starts the program with the Deno that came along.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LAUNCHER = join(ROOT, "src", "kernels", "compiler", "launch.sh");
const PROGRAMS = join(ROOT, "assembly", "compiled");

/** No native libraries, no program but the compiler of kernels, and nothing is written here. */
const RIGHTS = [
  "--no-prompt",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-sys",
  `--allow-run=${escapePath(LAUNCHER)}`,
  `--deny-write=${escapePath(ROOT)}`,
  "--deny-ffi",
];

/** Where signals go that this process gets; at Ctrl-C a terminal tells the other one as well. */
const SIGNALS = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"];
const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);

const [command, ...rest] = process.argv.slice(2);
const program = command === "serve"
  ? [join(PROGRAMS, "server.js"), ...rest]
  : [join(PROGRAMS, "millrace.js"), ...process.argv.slice(2)];

// Packages that Deno has not got yet are fetched, as the lock file names them.
const child = spawn(
  findDeno(),
  ["run", "--config", join(ROOT, "deno.json"), "--frozen", ...RIGHTS, ...program],
  // The package.json beside deno.json is npm's alone.
  { stdio: "inherit", env: { ...process.env, DENO_NO_PACKAGE_JSON: "1" } },
);
for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
process.on("SIGINT", () => hasTerminal || child.kill("SIGINT"));
child.on("error", ({ message }) => {
  console.error(`millrace: cannot start Deno: ${message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  for (const each of [...SIGNALS, "SIGINT"]) process.removeAllListeners(each);
  process.kill(process.pid, signal); // this process ends as the other one did
});

/** The binary of the npm package, which finds it also where scripts of packages may not run. */
function findDeno() {
  try {
    return createRequire(import.meta.url)("deno/install_api.cjs").runInstall();
  } catch (error) {
    console.error(`millrace: cannot find the npm package 'deno': ${error.message}`);
    console.error("Install this package again, with its optional dependencies");
    process.exit(1);
  }
}

/** Commas separate paths in Deno's flags. */
function escapePath(path) {
  return path.replaceAll(",", ",,");
}
