/**
 * Deno 2.5 looks for leaked timers and resources in every test unless the test says otherwise;
 * since then that is asked for on the command line. Here it is as it is there.
 */
const test = Deno.test;
const OFF = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };

function register(...[first, second, third]: unknown[]): void {
  if (typeof first !== "string") return test({ ...OFF, ...first as Deno.TestDefinition });
  const options = typeof second === "object" ? second as object : {};
  const fn = (third ?? second) as () => void;
  test({ ...OFF, ...options, name: first, fn });
}

Object.assign(Deno, { test: Object.assign(register, test) });
