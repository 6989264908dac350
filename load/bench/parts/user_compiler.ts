import { KernelCompiler } from "../../../src/kernels/compiler/kernel_compiler.ts";

/** Milliseconds that compilations of a source take: the first of a process, and those that follow. */
export async function timeCompilations(
  source: string,
  followers: number,
): Promise<{ first: number; warm: number[] }> {
  const compiler = new KernelCompiler();
  const taken: number[] = [];
  try {
    for (let i = 0; i <= followers; i++) {
      const started = performance.now();
      await compiler.compile(source);
      taken.push(performance.now() - started);
    }
  } finally {
    await compiler.close();
  }
  return { first: taken[0], warm: taken.slice(1) };
}
