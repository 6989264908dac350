import {
  type CompilerProcess,
  startCompiler,
} from "../../../src/kernels/compiler/compiler_process.ts";
import type { CompileAnswer, Greeting } from "../../../src/kernels/compiler/messages.ts";

const LAUNCHER = new URL("../../../src/kernels/compiler/launch.sh", import.meta.url);
const CHILD = new URL("child.ts", import.meta.url);

/** Copies the launcher beside the stand-in, calls back with what starts it, and removes both. */
export async function withStandIn(
  use: (
    start: (
      greeting: Greeting,
      limits: { cpuSeconds: number; dataBytes: number },
    ) => CompilerProcess,
  ) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "millrace-compiler-" });
  const folder = `${root}/src/kernels/compiler`;
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${root}/deno.json`, "{}"); // the launcher names it
    await Deno.copyFile(LAUNCHER, `${folder}/launch.sh`);
    await Deno.copyFile(CHILD, `${folder}/child.ts`);
    await use((greeting, limits) => startCompiler(greeting, limits, `${folder}/launch.sh`));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

/** A compiler within this process that answers when it is told to. */
export class FakeProcess implements CompilerProcess {
  readonly asked: string[] = [];
  hasEnded = false;
  #answers: ((answer: CompileAnswer | { code: number; signal: string | null }) => void)[] = [];

  ask({ source }: { source: string }) {
    this.asked.push(source);
    const { promise, resolve } = Promise.withResolvers<
      CompileAnswer | { code: number; signal: string | null }
    >();
    this.#answers.push(resolve);
    return promise;
  }

  /** Answers the oldest question. */
  answer(answer: Partial<CompileAnswer> = { binary: "AGFzbQ==" }): void {
    this.#answers.shift()!({ cpuMs: 0, residentBytes: 0, ...answer });
  }

  kill(): void {
    this.hasEnded = true;
    for (const answer of this.#answers.splice(0)) answer({ code: 137, signal: "SIGKILL" });
  }

  end(): Promise<void> {
    this.kill();
    return Promise.resolve();
  }
}
