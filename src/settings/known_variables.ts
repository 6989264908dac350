/**
 * Variables of the environment that begin like the server's and are others': of the command line
 * and of tests. The server knows them, so that it may be started beside these, and ignores them.
 */
export const OTHER_VARIABLES = {
  MILLRACE_SERVER: "Address of the server that clients ask",
  MILLRACE_API_KEY: "Key that clients show",
  MILLRACE_SHARED: "Folder of large texts for tests",
  MILLRACE_SEED: "Seed that repeats a failed fuzz test",
  MILLRACE_FUZZ_CASES: "How many random texts are tried",
  MILLRACE_FUZZ_REQUESTS: "How many random requests are tried",
  MILLRACE_STRESS_TASKS: "How many tasks stress tests run",
  MILLRACE_KILLS: "How often tests kill a server",
} as const satisfies Record<`MILLRACE_${string}`, string>;
