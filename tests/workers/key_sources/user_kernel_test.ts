import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodeTerms } from "../../../src/engine/job/encode_terms.ts";
import { encodeKernel } from "../../../src/engine/job/encode_kernel.ts";
import { createCountOptions } from "../../../src/contract/options.ts";
import { InputSlots } from "../../../src/shared/input_slots.ts";
import { JobBlock } from "../../../src/shared/job_block.ts";
import { createLeash } from "../../../src/shared/leash.ts";
import type { StartMessage } from "../../../src/shared/messages.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { createTask, TaskKind } from "../../../src/shared/task.ts";
import { KERNEL_TRAPPED, OK } from "../../../src/shared/task_status.ts";
import { isStackOverflow, STACK_OVERFLOW } from "../../../workers/key_sources/guest_failure.ts";
import { KeyOutput } from "../../../workers/key_sources/key_output.ts";
import { UserKernels } from "../../../workers/key_sources/user_kernel.ts";
import { kernelOf } from "../../support/modules/kernels.ts";
import { MODULES } from "../../support/modules/modules.ts";

const TEXT = "a\nb\n";

/** Runs a kernel over a short text, as a thread does. */
async function mapBy(module: Uint8Array<ArrayBuffer>) {
  const kernel = await kernelOf(module);
  const heap = SharedHeap.create(8 << 20);
  const block = new JobBlock(heap, 0);
  const records = kernel.manifest;
  block.open(encodeTerms(createCountOptions(), records), {
    pageLimit: 8,
    tablePages: 0,
    spillBits: 0,
  });
  assert(block.setKernel(await encodeKernel(kernel, records)));
  const slots = new InputSlots(heap, 1, 4096);
  const slot = await slots.acquire();
  slots.fill(slot, new TextEncoder().encode(TEXT));
  const start = { leash: createLeash(), kernelMemoryBytes: 1 << 20 } as StartMessage;
  const users = new UserKernels(heap, start, () => true);
  const { epoch } = block;
  const bytes = TEXT.length;
  const task = { ...createTask(), kind: TaskKind.mapUser, epoch, start: slot.address, bytes };
  return () => users.map(0, task);
}

/** Has what the thread makes of keys throw. */
function breakOutput(error: Error): Disposable {
  const { take } = KeyOutput.prototype;
  KeyOutput.prototype.take = () => {
    throw error;
  };
  return { [Symbol.dispose]: () => void (KeyOutput.prototype.take = take) };
}

Deno.test("UserKernels tells a full stack, and takes no other RangeError for the kernel's", async () => {
  const map = await mapBy(MODULES.slow(1));
  assertEquals(map().status, OK);
  const messageOf = ({ message }: { message: Uint8Array }) => new TextDecoder().decode(message);
  const recursing = (await mapBy(MODULES.recurses()))();
  assertEquals([recursing.status, messageOf(recursing)], [KERNEL_TRAPPED, STACK_OVERFLOW]);
  {
    using _ = breakOutput(new RangeError("Maximum call stack size exceeded"));
    const full = map();
    assertEquals([full.status, messageOf(full)], [KERNEL_TRAPPED, STACK_OVERFLOW]);
  }
  {
    using _ = breakOutput(new RangeError("Array buffer allocation failed"));
    assertThrows(map, RangeError, "allocation failed");
  }
  assertEquals(map().status, OK);
});

Deno.test("isStackOverflow() knows V8's error for a full stack from its other RangeErrors", () => {
  const caught = (action: () => unknown): unknown => {
    try {
      action();
    } catch (error) {
      return error;
    }
  };
  const recurse = (): number => 1 + recurse();
  assert(isStackOverflow(caught(recurse)));
  for (
    const action of [
      () => new Uint8Array(-1),
      () => new Uint8Array(4).set([1], 4),
      () => new DataView(new ArrayBuffer(4)).getUint32(1),
      () => new WebAssembly.Memory({ initial: 1, maximum: 1 }).grow(1),
      () => "a".repeat(-1),
    ]
  ) {
    const error = caught(action);
    assert(error instanceof RangeError && !isStackOverflow(error), `${error}`);
  }
});
