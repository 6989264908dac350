import { assert, assertEquals, assertRejects } from "@std/assert";
import { Millrace, MillraceError } from "../../src/client/mod.ts";
import { startServer } from "../../src/server.ts";
import { VERSION } from "../../src/version.ts";
import { fakeModule } from "../support/kernels.ts";
import { createPair, WAYS } from "./support.ts";

const SOURCE = "shouts // a source, as far as the stand-in is concerned";

for (const way of WAYS) {
  Deno.test(`kernels are sent, listed, read and removed, over a ${way}`, async () => {
    await using pair = await createPair(way);
    const { kernels } = pair.millrace;
    const shouts = await kernels.push(SOURCE);
    assertEquals([shouts.name, shouts.builtIn], ["shouts", false]);
    const module = await kernels.push(fakeModule({ name: "whole" }));
    assertEquals([module.name, module.sourceBytes], ["whole", undefined]);
    const names = (await kernels.list()).map(({ name }) => name);
    assertEquals(names.slice(-2), ["shouts", "whole"]);
    assertEquals(await kernels.get(shouts.id.slice(0, 8)), shouts);
    assertEquals(await kernels.source(shouts.id), SOURCE);
    await kernels.remove(shouts.id);
    const gone = await assertRejects(() => kernels.get(shouts.id), MillraceError);
    assertEquals([gone.code, gone.status], ["unknown-kernel", 404]);
    const broken = await assertRejects(() => kernels.push("? "), MillraceError);
    assertEquals(broken.code, "kernel-not-compiled");
    assert(Array.isArray(broken.problem.diagnostics));
    assertEquals((await assertRejects(() => kernels.get("a/../b"), MillraceError)).status, 404);
  });
}

Deno.test("try() runs a kernel on one record; status() and access() tell of the server", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const millrace = new Millrace({ baseUrl: server.origin });
  const kernelOptions = { by: 0, sum: 1 };
  const { emitted, ms } = await millrace.kernels.try("csv-group", "Oslo,12\n", { kernelOptions });
  assertEquals(emitted, [{ key: "Oslo", value: 12 }]);
  assert(ms.used <= ms.limit);
  await millrace.count("a b a");
  const { version, workers, ended, counted } = await millrace.status();
  assertEquals([version, workers, ended.done, counted.tokens], [VERSION, 1, 1, 3]);
  assertEquals((await millrace.access()).rights, ["read", "write", "observe", "kernels"]);
});
