// Stands in for the program of the compiler's process: it does what the source says.

async function write(text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(await Deno.stdout.write(bytes));
}

async function obey(source: string): Promise<void> {
  const kept: unknown[] = [];
  switch (source) {
    case "spin":
      for (;;) kept.length = 0;
    case "allocate":
      for (;;) kept.push(new Array(10_000).fill(kept.length));
    case "sleep":
      return await new Promise(() => setInterval(() => {}, 1000));
    case "flood":
      for (;;) await write("x".repeat(65_536));
    case "exit":
      return Deno.exit(3);
    default:
      await write(`{"binary":"AGFzbQ==","cpuMs":1,"residentBytes":1}\n`);
  }
}

const decoder = new TextDecoderStream();
let text = "";
let isGreeted = false;
for await (const part of Deno.stdin.readable.pipeThrough(decoder)) {
  text += part;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
    const message = JSON.parse(text.slice(0, end));
    text = text.slice(end + 1);
    if (isGreeted) await obey(message.source);
    isGreeted = true;
  }
}
