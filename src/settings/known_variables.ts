/**
 * Variables of the environment that begin like the server's options and belong to the command line
 * or to tests. The server ignores them, so that it starts in an environment that has them.
 */
export const OTHER_VARIABLES = {
  MILLRACE_SERVER: "Address of the server that clients ask",
  MILLRACE_API_KEY: "Key that clients show",
  MILLRACE_PYTHON: "Python that tests run the Python client in",
  MILLRACE_SHARED: "Folder of large texts for tests",
  MILLRACE_SCREENSHOTS: "Folder in which tests of the page leave pictures for people",
  MILLRACE_SEED: "Seed that repeats a failed fuzz test",
  MILLRACE_FUZZ_CASES: "How many random texts are tried",
  MILLRACE_FUZZ_MODULES: "How many random kernels the gate is shown",
  MILLRACE_FUZZ_REQUESTS: "How many random requests are tried",
  MILLRACE_STRESS_TASKS: "How many tasks stress tests run",
  MILLRACE_KILLS: "How often tests kill a server",
} as const satisfies Record<`MILLRACE_${string}`, string>;
