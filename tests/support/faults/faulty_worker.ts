/// <reference lib="deno.worker" />
import { SCRATCH_BEAT, STOP } from "../../../assembly/layout.ts";
import type { StartMessage } from "../../../src/shared/messages.ts";
import { createTask, type Result, type Task } from "../../../src/shared/task.ts";
import type { KernelImports } from "../../../workers/kernel_host.ts";
import { KeyOutput } from "../../../workers/key_sources/key_output.ts";
import { MapWorker, runThread } from "../../../workers/map_worker.ts";
import { FAULT_STEPS, Faults, type FaultStep, RELEASE, STEPS } from "./faults.ts";
import { trap } from "./trap.ts";

// A thread of the engine that fails where the plan in its memory says.

class FaultyWorker extends MapWorker {
  readonly #words: Int32Array;
  readonly #faults: Faults;
  readonly #dies: { now: boolean };
  readonly #place: number;
  readonly #beatWord: number;
  /** The part of the task in hand. */
  #part = -1;

  constructor(start: StartMessage) {
    const dies = { now: false };
    const hook = { fail: (_step: FaultStep, _at: number) => {} };
    super(start, createImports(hook, dies));
    this.#dies = dies;
    this.#words = new Int32Array(start.memory.buffer);
    this.#faults = new Faults(this.#words);
    this.#place = start.place;
    this.#beatWord = (start.scratch + SCRATCH_BEAT) >>> 2;
    hook.fail = (step, at) => this.#fail(step, at);
    failInUserCode(() => this.#fail("userCode"));
    failInRead(() => this.#fail("read"));
    this.#faults.onArrival();
    this.#tellDeath(() => this.#fail("start"));
    this.#faults.onAlive(this.#place, this.#beatWord);
  }

  override run(): void {
    try {
      this.#tellDeath(() => super.run());
    } finally {
      this.#faults.onStill(this.#place);
    }
  }

  #tellDeath(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#faults.onDeath();
      throw error;
    }
  }

  #fail(step: FaultStep, at = 0): void {
    switch (this.#faults.draw(step, this.#part, at)) {
      case "throw":
        throw new Error("a fault that a test wants");
      case "trap":
        return trap();
      case "die":
        this.#dies.now = true;
        return trap();
      case "close":
        this.#faults.onSilent(this.#place);
        self.close();
        for (;;); // it takes effect some time, between any two instructions
      case "silent":
      case "late":
        this.#faults.onSilent(this.#place);
        this.#sleep(RELEASE);
        return this.#faults.onAlive(this.#place, this.#beatWord);
      case "slow":
        return this.#sleep(STEPS);
    }
  }

  /** Sleeps until a word changes, but not beyond the engine's end. */
  #sleep(word: number): void {
    const before = Atomics.load(this.#words, word);
    while (Atomics.load(this.#words, STOP >> 2) === 0) {
      if (Atomics.wait(this.#words, word, before, 20) !== "timed-out") return;
    }
  }

  protected override claim(ticket: number): boolean {
    this.#part = -1;
    this.#fail("beforeClaim");
    const claimed = super.claim(ticket);
    if (claimed) {
      const task = createTask();
      this.records.readTask(ticket, task);
      this.#part = task.part;
    }
    return claimed;
  }

  protected override runTask(task: Task): number {
    this.#fail("afterClaim");
    return super.runTask(task);
  }

  protected override done(ticket: number, outcome: Result): boolean {
    this.#fail("beforeDone");
    return super.done(ticket, outcome);
  }

  protected override publish(ticket: number): void {
    this.#fail("beforePublish");
    super.publish(ticket);
  }
}

/** The kernel's fault points; a new kernel cannot be made in a thread that dies. */
function createImports(
  hook: { fail(step: FaultStep, at: number): void },
  dies: { now: boolean },
): KernelImports {
  return {
    get fault() {
      if (dies.now) throw new Error("a death that a test wants");
      return (step: number, at: number) => hook.fail(FAULT_STEPS[step], at >>> 0);
    },
  };
}

/** Calls `fail` whenever a user kernel hands keys over, with code of that kernel on the stack. */
function failInUserCode(fail: () => void): void {
  const { drain } = KeyOutput.prototype;
  KeyOutput.prototype.drain = function (...values) {
    try {
      fail();
    } catch (cause) { // a trap here would be taken for one of the user's code
      throw new Error("a fault in user code", { cause });
    }
    return drain.apply(this, values);
  };
}

/** Calls `fail` whenever a piece of a file is read, when half of the room has got some of it. */
function failInRead(fail: () => void): void {
  const { readSync } = Deno.FsFile.prototype;
  Deno.FsFile.prototype.readSync = function (buffer) {
    const added = readSync.call(this, buffer.subarray(0, Math.ceil(buffer.length / 2)));
    fail();
    return added;
  };
}

runThread((start) => new FaultyWorker(start));
