import { assertEquals, assertStringIncludes } from "@std/assert";
import { ServerProcess } from "../support/http/server.ts";

const WARNING = "by --serialize: for benchmarks only";

Deno.test("serve warns of --serialize, and /v1/engine tells of it", async () => {
  const rows: { args: string[]; env: Record<string, string>; serialized: boolean }[] = [
    { args: ["--serialize"], env: {}, serialized: true },
    { args: [], env: { MILLRACE_SERIALIZE: "true" }, serialized: true },
    { args: [], env: {}, serialized: false },
  ];
  for (const { args, env, serialized } of rows) {
    await using server = await ServerProcess.start({ args: ["--workers", "2", ...args], env });
    const status = await (await fetch(`${server.origin}/v1/engine`)).json();
    assertEquals([status.serialized, server.output.includes(WARNING)], [serialized, serialized]);
    const counted = await fetch(`${server.origin}/v1/count?format=tsv`, {
      method: "POST",
      body: "to be or not to be",
    });
    assertStringIncludes(await counted.text(), "be\t2\n");
  }
});
