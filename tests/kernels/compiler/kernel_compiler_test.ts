import { assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { mayStartCompiler } from "../../../src/kernels/compiler/compiler_process.ts";
import {
  type CompilerLimits,
  KernelCompiler,
} from "../../../src/kernels/compiler/kernel_compiler.ts";
import { FakeProcess, withStandIn } from "../../support/compiler/stand_in.ts";
import { UserKernel } from "../../support/user_kernel.ts";

const SOURCE = `import { emit } from "millrace";
export function map(line: string): void { emit(line); }`;
const ROOT = new URL("../../../", import.meta.url);
const ANSWER = new Uint8Array([0, 0x61, 0x73, 0x6d]);

async function problemOf(promise: Promise<unknown>): Promise<[string, number, unknown]> {
  const error = await assertRejects(() => promise, JobError);
  return [error.code, error.status, error.details];
}

/** A compiler on processes that answer when they are told to, and on a clock that is told to go. */
function fake(limits = {}) {
  const processes: FakeProcess[] = [];
  const alarms = new Set<() => void>();
  const compiler = new KernelCompiler(limits, {
    start: () => {
      processes.push(new FakeProcess());
      return processes.at(-1)!;
    },
    after: (_ms, call) => {
      alarms.add(call);
      return () => void alarms.delete(call);
    },
  });
  const until = async (count: number) => {
    while (processes.flatMap(({ asked }) => asked).length < count) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return processes.at(-1)!;
  };
  return { compiler, processes, alarms, until };
}

Deno.test("KernelCompiler compiles in a process that is kept, and leaves nothing when closed", async () => {
  const compiler = new KernelCompiler();
  for (let i = 0; i < 3; i++) {
    const kernel = new UserKernel(await compiler.compile(SOURCE, "mine"));
    assertEquals(kernel.manifest.name, "mine");
    assertEquals(kernel.map("a\nb"), ["a", "b"]);
  }
  const [code, status, details] = await problemOf(compiler.compile(`${SOURCE}\nlet x: any = 1;`));
  assertEquals([code, status], ["kernel_not_compiled", 422]);
  const { diagnostics } = details as { diagnostics: Record<string, unknown>[] };
  assertEquals(diagnostics.map(({ line, column, source }) => [line, column, source]), [
    [3, 8, "let x: any = 1;"],
  ]);
  await compiler.close();
  assertEquals((await problemOf(compiler.compile(SOURCE)))[0], "engine_closed");
});

Deno.test("KernelCompiler tells a source that is nested too deeply, and goes on", async () => {
  const compiler = new KernelCompiler();
  const deep = `${SOURCE}\nconst x = ${"(".repeat(15_000)}1${")".repeat(15_000)};`;
  const [code, , details] = await problemOf(compiler.compile(deep));
  const { diagnostics } = details as { diagnostics: { message: string }[] };
  assertEquals([code, diagnostics[0].message], [
    "kernel_not_compiled",
    "The source is nested too deeply",
  ]);
  assertEquals(new UserKernel(await compiler.compile(SOURCE)).map("a"), ["a"]);
  await compiler.close();
});

Deno.test("KernelCompiler compiles one source at a time, in their order; eight may wait", async () => {
  const { compiler, processes, until } = fake();
  const compiling = Array.from({ length: 9 }, (_, i) => compiler.compile(`${i}`));
  const busy = await assertRejects(() => compiler.compile("9"), JobError, "send it again in 2 s");
  assertEquals([busy.code, busy.status, busy.details], ["compiler_busy", 429, { limit: 8 }]);
  for (let i = 0; i < 9; i++) {
    const process = await until(i + 1);
    assertEquals(process.asked, Array.from({ length: i + 1 }, (_, each) => `${each}`));
    process.answer();
    assertEquals(await compiling[i], ANSWER);
  }
  const again = compiler.compile("10");
  (await until(10)).answer();
  await again;
  assertEquals(processes.length, 1);
  await compiler.close();
  assertEquals(processes[0].hasEnded, true);
});

Deno.test("KernelCompiler refuses a source that is too large, by its bytes", async () => {
  const { compiler, processes } = fake();
  assertEquals(await problemOf(compiler.compile("é".repeat(32_769))), [
    "kernel_too_large",
    413,
    { limit: 65_536, bytes: 65_538 },
  ]);
  assertEquals(processes, []);
  await compiler.close();
});

Deno.test("KernelCompiler replaces a process after its last compilation, or when it has become large", async () => {
  const cases = [
    { limits: { compilationsPerProcess: 2 }, answer: {}, perProcess: 2 },
    { limits: {}, answer: { residentBytes: (400 << 20) + 1 }, perProcess: 1 },
    { limits: {}, answer: { cpuMs: 10_001 }, perProcess: 1 },
    { limits: {}, answer: { residentBytes: 400 << 20, cpuMs: 10_000 }, perProcess: 50 },
  ];
  for (const { limits, answer, perProcess } of cases) {
    const { compiler, processes, until } = fake(limits);
    for (let i = 0; i < perProcess + 1; i++) {
      const compiled = compiler.compile(`${i}`);
      (await until(i + 1)).answer({ binary: "AGFzbQ==", ...answer });
      await compiled;
    }
    assertEquals(processes.slice(0, 2).map(({ asked }) => asked.length), [perProcess, 1]);
    assertEquals(processes[0].hasEnded, true);
    await compiler.close();
  }
});

Deno.test("KernelCompiler tells a failure of the compiler as a diagnostic, and replaces its process", async () => {
  const { compiler, processes, until } = fake();
  const failed = problemOf(compiler.compile("a"));
  (await until(1)).answer({ failure: "Error: no way" });
  const diagnostic = {
    line: 1,
    column: 1,
    message: "The compiler failed: Error: no way",
    source: "",
  };
  assertEquals(await failed, ["kernel_not_compiled", 422, { diagnostics: [diagnostic] }]);
  const compiled = compiler.compile("b");
  (await until(2)).answer();
  assertEquals(await compiled, ANSWER);
  assertEquals(processes.map(({ hasEnded }) => hasEnded), [true, false]);
  await compiler.close();
});

Deno.test("KernelCompiler ends a compilation that takes too long, and goes on with the next", async () => {
  const { compiler, processes, alarms, until } = fake();
  const late = problemOf(compiler.compile("late"));
  const next = compiler.compile("next");
  await until(1);
  for (const call of alarms) call();
  assertEquals(await late, ["kernel_compile_limit", 422, { limit: "wallMs", value: 60_000 }]);
  (await until(2)).answer();
  assertEquals(await next, ANSWER);
  assertEquals([processes.length, alarms.size], [2, 0]);
  await compiler.close();
});

Deno.test("KernelCompiler.close() fails what is under way and what waits", async () => {
  const { compiler, until } = fake();
  const all = ["a", "b"].map((source) => problemOf(compiler.compile(source)));
  await until(1);
  await compiler.close();
  for (const [code] of await Promise.all(all)) assertEquals(code, "engine_closed");
});

Deno.test("KernelCompiler.warm() starts one process, which compiles twice when it is idle", async () => {
  const { compiler, processes, alarms, until } = fake();
  for (let i = 0; i < 3; i++) compiler.warm();
  assertEquals(alarms.size, 1);
  for (const call of alarms) call();
  for (let i = 0; i < 2; i++) (await until(i + 1)).answer();
  const compiled = compiler.compile("mine");
  (await until(3)).answer();
  assertEquals(await compiled, ANSWER);
  compiler.warm();
  assertEquals([processes.length, processes[0].asked.length, processes[0].asked[2]], [
    1,
    3,
    "mine",
  ]);
  await compiler.close();
});

Deno.test("KernelCompiler lets no source wait for what warms it, and leaves nothing when closed", async () => {
  const { compiler, processes, alarms, until } = fake();
  compiler.warm();
  const compiled = compiler.compile("mine");
  const process = await until(1);
  const [idle] = alarms; // the other one bounds the compilation
  idle();
  process.answer();
  await compiled;
  assertEquals([process.asked, processes.length], [["mine"], 1]);
  const other = fake();
  other.compiler.warm();
  await other.compiler.close();
  assertEquals([other.alarms.size, other.processes.filter((each) => !each.hasEnded)], [0, []]);
  await compiler.close();
});

Deno.test("KernelCompiler says that there is no compiler where no process may start", async () => {
  for (const kind of [Deno.errors.NotCapable, Deno.errors.PermissionDenied]) {
    const compiler = new KernelCompiler({}, {
      start: () => {
        throw new kind("no");
      },
    });
    assertEquals(await problemOf(compiler.compile("a")), ["compiler_unavailable", 501, {}]);
    await compiler.close();
  }
});

const GIGABYTE = 1 << 30;
/** A busy machine must not end a process before what is to end it; but for that, it hangs. */
const wallMs = 600_000;
const LIMITS: Record<string, [limits: CompilerLimits, details: unknown]> = {
  spin: [{ cpuSeconds: 2, wallMs }, { limit: "cpuSeconds", value: 2 }],
  // Filling a gigabyte takes some seconds of its own.
  allocate: [{ cpuSeconds: 60, wallMs }, { limit: "dataBytes", value: GIGABYTE }],
  flood: [{ wallMs }, { limit: "answerBytes", value: 8 << 20 }],
  sleep: [{ wallMs: 1000 }, { limit: "wallMs", value: 1000 }],
};

for (const [source, [limits, details]] of Object.entries(LIMITS)) {
  Deno.test(`the compiler's process ends when it would ${source} for ever, and another follows`, async () => {
    await withStandIn(async (start) => {
      const compiler = new KernelCompiler(limits, { start });
      const problem = await problemOf(compiler.compile(source));
      assertEquals(problem, ["kernel_compile_limit", 422, details]);
      if (source !== "sleep") assertEquals(await compiler.compile("fine"), ANSWER);
      await compiler.close();
    });
  });
}

Deno.test("a compiler that ends by itself is unavailable, with its exit code", async () => {
  await withStandIn(async (start) => {
    const compiler = new KernelCompiler({}, { start });
    await assertRejects(() => compiler.compile("exit"), JobError, "ended with exit code 3");
    assertEquals(await compiler.compile("fine"), ANSWER);
    await compiler.close();
  });
});

Deno.test("the launcher runs with the right to run it alone, and not without", async () => {
  const program = `
    import { KernelCompiler } from "${new URL("src/kernels/compiler/kernel_compiler.ts", ROOT)}";
    const compiler = new KernelCompiler();
    const source = ${JSON.stringify(SOURCE)};
    console.log(await compiler.compile(source).then(() => "compiled", ({ code }) => code));
    await compiler.close();`;
  const launcher = new URL("src/kernels/compiler/launch.sh", ROOT).pathname;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, program);
    const told: string[] = [];
    for (const right of [`--allow-run=${launcher}`, "--deny-run"]) {
      const config = new URL("deno.json", ROOT).pathname;
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-prompt", `--config=${config}`, "--allow-read", right, path],
      }).output();
      told.push(new TextDecoder().decode(stdout).trim());
    }
    assertEquals(told, ["compiled", "compiler_unavailable"]);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("mayStartCompiler() says yes where this process may start programs", () => {
  assertEquals(mayStartCompiler(), true);
});

Deno.test({
  name: "mayStartCompiler() says no where it may not, and starts none to find out",
  permissions: { read: true, run: false },
  fn: () => assertEquals(mayStartCompiler(), false),
});
