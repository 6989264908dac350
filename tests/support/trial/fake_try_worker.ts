import type { TrialMessage, TrialReport } from "../../../src/shared/trial.ts";

// Does as a kernel whose record says what it does: `mute`, `spin` until the leash stops it, `hang` without a
// poll for some seconds, `trap`, `fail`, `grow`, `crash`, or emit its words.

const thread = self as unknown as {
  onmessage: (event: MessageEvent<TrialMessage>) => void;
  postMessage(report: TrialReport): void;
};

thread.onmessage = ({ data: { record, options, leash } }) => {
  const text = new TextDecoder().decode(record);
  if (text === "mute") return;
  thread.postMessage({ kind: "begun" });
  const words = new Int32Array(leash.buffer as unknown as SharedArrayBuffer);
  const fail = (failure: "stopped" | "trapped" | "outOfMemory", message: string) =>
    thread.postMessage({ kind: "failed", failure, message, offset: 3 });
  if (text === "spin") {
    while (Atomics.load(words, 0) === 0);
    return fail("stopped", "");
  }
  if (text === "hang") {
    for (const end = performance.now() + 1000; performance.now() < end;);
    return fail("stopped", "");
  }
  if (text === "trap") return fail("trapped", "unreachable");
  if (text === "fail") return fail("trapped", ""); // without a message
  if (text === "grow") return fail("outOfMemory", "unreachable");
  if (text === "crash") throw new Error("as planned");
  const keys = [new TextDecoder().decode(options), ...text.split(" ")];
  thread.postMessage({ kind: "done", keys: pack(keys), ms: 0.5, memoryBytes: 65_536 });
};

function pack(keys: readonly string[]): Uint8Array<ArrayBuffer> {
  const parts = keys.map((key) => new TextEncoder().encode(key));
  const packed = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
  let at = 0;
  for (const part of parts) {
    new DataView(packed.buffer).setUint32(at, part.length, true);
    packed.set(part, at + 4);
    at += 4 + part.length;
  }
  return packed;
}
