import { JobError } from "../../../src/contract/problems.ts";
import { admitModule, type AdmittedModule } from "../../../src/kernels/gate/admit_module.ts";
import { checkAdmitted } from "../../../src/kernels/gate/checker/check_admitted.ts";
import { Random } from "../random.ts";
import { createLeash, instantiate, leashWord } from "./instance.ts";
import { kernelModule, type ModuleSpec } from "./kernel_module.ts";
import { mutateBytes, mutateCode } from "./mutate.ts";
import { randomModule } from "./random_module.ts";

/** What became of the cases. */
export interface Tally {
  /** Valid modules, all of which are admitted. */
  valid: number;
  /** Mutants that the walker refused, the engine refused, or that were admitted. */
  refused: number;
  invalid: number;
  admitted: number;
  /** Instances that were stopped in their start function, or whose segments did not fit. */
  stoppedAtStart: number;
  /** Calls of exports, each of which was stopped. */
  stoppedCalls: number;
}

export function emptyTally(): Tally {
  return { valid: 0, refused: 0, invalid: 0, admitted: 0, stoppedAtStart: 0, stoppedCalls: 0 };
}

/** Cases in a row that are made from the same two valid modules: to make those takes longest. */
const FAMILY = 16;

interface Family {
  specs: ModuleSpec[];
  binaries: Uint8Array<ArrayBuffer>[];
}

function makeFamily(seed: number, family: number): Family {
  const random = new Random(seed ^ Math.imul(family, 0x9e3779b1));
  const specs = [randomModule(random), randomModule(random)];
  return { specs, binaries: specs.map(kernelModule) };
}

/**
 * Makes the modules of a run, each by the seed and its number alone, so that it can be made again.
 *
 * @param compiled Modules to mutate beside the random ones.
 */
export function createCases(
  seed: number,
  compiled: readonly Uint8Array[],
): (number: number) => { bytes: Uint8Array<ArrayBuffer>; isValid: boolean } {
  let family = -1;
  let made: Family;
  return (number) => {
    if (family !== Math.floor(number / FAMILY)) {
      family = Math.floor(number / FAMILY);
      made = makeFamily(seed, family);
    }
    const { specs, binaries } = made;
    const place = number % FAMILY;
    if (place < binaries.length) return { bytes: binaries[place], isValid: true };
    const random = new Random(~seed ^ Math.imul(number, 0x85ebca6b));
    const other = random.pick(binaries);
    if (place < FAMILY / 2) {
      return { bytes: kernelModule(mutateCode(random, random.pick(specs))), isValid: false };
    }
    const isCompiled = compiled.length > 0 && place === FAMILY - 1;
    const bytes = random.pick(isCompiled ? compiled : binaries);
    return { bytes: mutateBytes(random, bytes, other), isValid: false };
  };
}

/**
 * Puts one module through the gate, and runs what is admitted with the leash drawn beforehand.
 *
 * @throws If the gate fails in any other way than by refusing, or anything runs on.
 */
export function tryCase(bytes: Uint8Array<ArrayBuffer>, isValid: boolean, tally: Tally): void {
  const admitted = admit(bytes, isValid, tally);
  if (!admitted) return;
  if (isValid) tally.valid++;
  else tally.admitted++;
  checkAdmitted(admitted.module);
  runStopped(admitted, tally);
}

function admit(
  bytes: Uint8Array<ArrayBuffer>,
  isValid: boolean,
  tally: Tally,
): AdmittedModule | undefined {
  try {
    return admitModule(bytes);
  } catch (error) {
    const isRefusal = error instanceof JobError && error.code === "kernel_refused";
    if (!isRefusal || isValid) throw error;
    const { cause } = error;
    if (cause instanceof Error && cause.name === "AdmissionFault") throw error;
    if (!(cause instanceof WebAssembly.CompileError)) tally.refused++;
    else if (WebAssembly.validate(bytes)) throw new Error("polls made it invalid", { cause });
    else tally.invalid++;
  }
}

function runStopped(admitted: AdmittedModule, tally: Tally): void {
  const leash = createLeash();
  leashWord(leash)[0] = 1;
  let kernel;
  try {
    kernel = instantiate(admitted, leash);
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    tally.stoppedAtStart++;
    return;
  }
  for (const [name, exported] of Object.entries(kernel.exports)) {
    if (typeof exported !== "function") continue;
    expectStop(name, () => exported(8, 4));
    tally.stoppedCalls++;
  }
}

function expectStop(name: string, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    const isStop = error instanceof WebAssembly.RuntimeError && error.message === "unreachable";
    if (isStop) return;
    throw error;
  }
  throw new Error(`${name} ran to its end although its leash said stop`);
}
