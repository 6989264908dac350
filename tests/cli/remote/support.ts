import { type MillraceOutput, runMillrace } from "../../support/millrace.ts";
import { createTestApp, type TestApp, type TestAppOptions } from "../../support/http/test_app.ts";

/** A server that listens, and commands that ask it. */
export interface CommandsOfServer extends AsyncDisposable {
  test: TestApp;
  /** What names the server to a command. */
  env: Record<string, string>;
  /** Runs a command to its end. */
  run(...words: string[]): Promise<MillraceOutput>;
  /** Likewise, with something on stdin. */
  pipe(stdin: string | Uint8Array, ...words: string[]): Promise<MillraceOutput>;
}

/** Starts a server over a fake engine. */
export async function createCommands(options: TestAppOptions = {}): Promise<CommandsOfServer> {
  const test = await createTestApp({ ...options, listen: true });
  const env = { MILLRACE_SERVER: test.origin };
  return {
    test,
    env,
    run: (...words) => runMillrace(words, { env }),
    pipe: (stdin, ...words) => runMillrace(words, { env, stdin }),
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

/** Lines of TSV. */
export function cellsOf(text: string): string[][] {
  return text.split("\n").slice(0, -1).map((line) => line.split("\t"));
}
