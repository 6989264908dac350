import { assertEquals, assertStringIncludes } from "@std/assert";
import { startServer } from "../../../src/server.ts";
import { fakeModule, MANIFEST } from "../../support/kernels.ts";
import { runMillrace } from "../../support/millrace.ts";
import { cellsOf, createCommands } from "./support.ts";

const SOURCE = "export function map(line: string): void {}\n";

Deno.test("kernels are sent from files and stdin, listed, shown and removed", async () => {
  await using commands = await createCommands();
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, SOURCE);
  const sent = await commands.run("kernels", "push", file);
  assertEquals(sent.code, 0, sent.said);
  const id = sent.out.trim();
  assertEquals(/^[0-9a-f]{64}$/.test(id), true, sent.out);
  assertStringIncludes(sent.said, `kernel=${id.slice(0, 8)}`);
  const piped = await commands.pipe(fakeModule(), "kernels", "push", "-", "--json");
  const module = JSON.parse(piped.out);
  assertEquals([module.name, module.sourceBytes], [MANIFEST.name, undefined]);
  const listed = cellsOf((await commands.run("kernels")).out).map(([name]) => name);
  assertEquals([listed.includes(id), listed.includes(module.id)], [true, true]);
  const all = JSON.parse((await commands.run("kernels", "list", "--json")).out);
  const { kernels } = await (await commands.test.app.request("/v1/kernels")).json();
  assertEquals(all, { kernels });
  const shown = await commands.run("kernels", "show", id.slice(0, 8), "--source");
  assertEquals(shown.out, SOURCE);
  const facts = cellsOf((await commands.run("kernels", "show", module.id)).out);
  assertEquals(facts.filter(([name]) => name === "option.separator"), [[
    "option.separator",
    'string, " "',
  ]]);
  assertEquals((await commands.run("kernels", "rm", id, module.id)).code, 0);
  const gone = await commands.run("kernels", "show", id);
  assertEquals(gone.code, 4);
  await Deno.remove(file);
  const missing = await commands.run("kernels", "push", file);
  assertEquals([missing.code, missing.out], [1, ""]);
  assertStringIncludes(missing.said, `Cannot read '${file}'`);
  const binary = await commands.pipe(new Uint8Array([0xff, 0xfe]), "kernels", "push", "-");
  assertEquals(binary.code, 1);
  assertStringIncludes(binary.said, "neither text nor a module");
});

Deno.test("kernels try prints what a kernel emits, with all digits", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const env = { MILLRACE_SERVER: server.origin };
  const words = ["kernels", "try", "csv-group", "--option", "by=0", "--option", "sum=1"];
  const tried = await runMillrace(words, { env, stdin: "Oslo,12.5\n" });
  assertEquals([tried.code, tried.out], [0, "Oslo\t12.5\n"], tried.said);
  assertStringIncludes(tried.said, "bytes of memory");
  const json = await runMillrace([...words, "--json"], { env, stdin: "Oslo,12\n" });
  assertEquals(JSON.parse(json.out).emitted, [{ key: "Oslo", value: 12 }]);
  const unnamed = await runMillrace(["kernels", "try", "csv-group", "--option", "by"], { env });
  assertEquals(unnamed.code, 2);
  assertStringIncludes(unnamed.said, "'by' is not NAME=VALUE");
  const unknown = await runMillrace(["kernels", "try", "csv-group", "--option", "no=1"], { env });
  assertEquals(unknown.code, 4);
});
