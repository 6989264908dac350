/**
 * Deno 2.5 looks for leaked timers and resources in every test unless the test says otherwise;
 * since then that is asked for on the command line. Here it is as it is there.
 */
const test = Deno.test;
const OFF = { sanitizeOps: false, sanitizeResources: false, sanitizeExit: false };

/** Takes what Deno.test() takes: a name or options, or both, and a function. */
function register(...given: unknown[]): void {
  const definition: Record<string, unknown> = { ...OFF };
  for (const each of given) {
    if (typeof each === "string") definition.name = each;
    else if (typeof each === "function") definition.fn = each;
    else Object.assign(definition, each);
  }
  const { fn } = definition as { fn: () => void };
  test({ name: fn.name, ...definition } as Deno.TestDefinition);
}

Object.assign(Deno, { test: Object.assign(register, test) });
