import { assertEquals } from "@std/assert";
import { PushStream } from "../../src/async/push_stream.ts";

function createStream(capacity = 2) {
  const left: string[] = [];
  return { stream: new PushStream<string>(capacity, () => left.push("left")), left };
}

Deno.test("PushStream gives what was sent, in order, and then its end", async () => {
  const { stream, left } = createStream();
  for (const chunk of ["a", "b", "c"]) stream.send(chunk);
  stream.end();
  assertEquals(await Array.fromAsync(stream.readable), ["a", "b", "c"]);
  assertEquals(left, []);
});

Deno.test("PushStream has room for as many chunks as its capacity", async () => {
  const { stream } = createStream(2);
  assertEquals(stream.hasRoom, true);
  stream.send("a");
  stream.send("b");
  assertEquals(stream.hasRoom, false);
  const reader = stream.readable.getReader();
  await reader.read();
  assertEquals(stream.hasRoom, true);
  await reader.cancel();
  assertEquals(stream.hasRoom, false);
});

const LEAVING: { name: string; run(stream: PushStream<string>): Promise<void>; left: string[] }[] =
  [
    {
      name: "before anything was sent",
      run: (stream) => stream.readable.cancel(),
      left: ["left"],
    },
    {
      name: "with chunks unread",
      run: (stream) => {
        stream.send("a");
        return stream.readable.cancel();
      },
      left: ["left"],
    },
    {
      name: "while it waits for a chunk",
      run: async (stream) => {
        const reader = stream.readable.getReader();
        const read = reader.read();
        await reader.cancel();
        assertEquals((await read).done, true);
      },
      left: ["left"],
    },
    {
      name: "behind the end, with chunks unread",
      run: (stream) => {
        stream.send("a");
        stream.end();
        return stream.readable.cancel();
      },
      left: [],
    },
    {
      name: "when all was read",
      run: async (stream) => {
        stream.end();
        const reader = stream.readable.getReader();
        assertEquals((await reader.read()).done, true);
        await reader.cancel();
      },
      left: [],
    },
  ];

for (const { name, run, left } of LEAVING) {
  Deno.test(`PushStream takes what is sent after its reader left ${name}`, async () => {
    const test = createStream();
    await run(test.stream);
    test.stream.send("late");
    test.stream.end();
    test.stream.end();
    test.stream.send("later");
    assertEquals(test.left, left);
    assertEquals(test.stream.hasRoom, false);
  });
}
