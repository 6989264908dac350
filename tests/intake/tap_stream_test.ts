import { assertEquals, assertRejects } from "@std/assert";
import { tapStream } from "../../src/intake/tap_stream.ts";

function byteStream(parts: string[], onCancel?: (reason: unknown) => void) {
  const left = parts.map((part) => new TextEncoder().encode(part));
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const part = left.shift();
      if (part) return controller.enqueue(part);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel: onCancel,
  });
}

function plainStream(parts: string[], onCancel?: (reason: unknown) => void) {
  const left = [...parts];
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const part = left.shift();
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
    cancel: onCancel,
  });
}

for (const make of [byteStream, plainStream]) {
  Deno.test(`tapStream() shows every byte of a ${make.name}, whoever reads it`, async () => {
    for (const how of ["text", "byob"]) {
      let seen = "";
      const tapped = tapStream(make(["to be", " or", " not"]), (bytes) => {
        seen += new TextDecoder().decode(bytes);
        return undefined;
      });
      const text = how === "byob" && make === byteStream
        ? await readByob(tapped)
        : await new Response(tapped as ReadableStream<Uint8Array<ArrayBuffer>>).text();
      assertEquals([text, seen], ["to be or not", "to be or not"]);
    }
  });

  Deno.test(`tapStream() ends a ${make.name} when its reader or the tap does`, async () => {
    let reason: unknown;
    const tapped = tapStream(make(["a"], (given) => reason = given), () => undefined);
    await tapped.cancel("enough");
    assertEquals(reason, "enough");
    const failing = tapStream(make(["a"]), () => Promise.reject(new Error("full")));
    await assertRejects(() => failing.getReader().read(), Error, "full");
  });
}

async function readByob(stream: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stream.getReader({ mode: "byob" });
  let text = "";
  let buffer = new Uint8Array(16);
  while (true) {
    const { value, done } = await reader.read(buffer.subarray(4, 7));
    if (done) return text;
    assertEquals(value.byteOffset, 4);
    text += new TextDecoder().decode(value);
    buffer = new Uint8Array(value.buffer);
  }
}
