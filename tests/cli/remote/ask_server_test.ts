import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startServer } from "../../../src/server.ts";
import { runMillrace } from "../../support/millrace.ts";
import { createCommands } from "./support.ts";

Deno.test("a command says what to do where no server answers, or what is named is none", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const server = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  for (const words of [["jobs"], ["top"], ["kernels"], ["watch", "a"]]) {
    const lost = await runMillrace(words, { env: { MILLRACE_SERVER: server } });
    assertEquals([words, lost.code, lost.out], [words, 1, ""]);
    assertMatch(
      lost.said,
      new RegExp(`^Cannot reach a server at ${server}: .+\nStart one with: millrace serve; .+\n$`),
    );
  }
  const wrong = await runMillrace(["jobs", "list", "--server", "localhost:8000"]);
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.said, "'localhost:8000' is not http://HOST:PORT");
  const open = await runMillrace(["jobs", "list", "--server", "http://me:secret@localhost"]);
  assertEquals([open.code, open.said.includes("secret")], [2, false]);
});

Deno.test("a key comes from the environment or a file, and is never shown", async () => {
  const folder = await Deno.makeTempDir();
  const keys = `${folder}/keys.json`;
  const added = await runMillrace(["keys", "add", "acme", "--keys", keys]);
  assertEquals(added.code, 0, added.said);
  const token = added.out.trim();
  await Deno.writeTextFile(`${folder}/token`, added.out);
  await using commands = await createCommands({ keys });
  const { env } = commands;
  const missing = await commands.run("jobs", "list");
  assertEquals([missing.code, missing.out], [4, ""]);
  assertStringIncludes(missing.said, "millrace keys add TENANT");
  const byVariable = await runMillrace(["jobs"], { env: { ...env, MILLRACE_API_KEY: token } });
  assertEquals([byVariable.code, byVariable.said], [0, ""]);
  const byFile = await commands.run("jobs", "list", "--api-key-file", `${folder}/token`);
  assertEquals([byFile.code, byFile.said], [0, ""]);
  const byRight = await commands.run("top", "--api-key-file", `${folder}/token`);
  assertEquals([byRight.code, byRight.out], [4, ""]);
  assertStringIncludes(byRight.said, "observe");
  for (const text of [`${token} and more`, "mr_secret"]) {
    await Deno.writeTextFile(`${folder}/token`, text);
    const { code, said, out } = await commands.run(
      "jobs",
      "list",
      "--api-key-file",
      `${folder}/token`,
    );
    assertEquals([code, out], [text.includes(" ") ? 2 : 4, ""]);
    assertEquals([said.includes(token), said.includes("mr_secret")], [false, false]);
  }
  const none = await commands.run("jobs", "list", "--api-key-file", `${folder}/none`);
  assertEquals(none.code, 2);
  assertStringIncludes(none.said, "Cannot read the API key");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what refuses is told as a command line has it: with the file, and what to do", async () => {
  const folder = await Deno.makeTempDir();
  const keys = `${folder}/keys.json`;
  await runMillrace(["keys", "add", "acme", "--keys", keys]);
  await Deno.writeFile(`${folder}/latin1.txt`, Uint8Array.of(0x61, 0xe9, 0x20));
  await using closed = await createCommands({ keys });
  const locked = await closed.run(`${folder}/latin1.txt`);
  assertEquals(locked.code, 4);
  assertStringIncludes(locked.said, "millrace keys add TENANT");
  await using server = await startServer({ port: 0, workers: 1 });
  const env = { MILLRACE_SERVER: server.origin };
  const bad = await runMillrace([`${folder}/latin1.txt`, "--invalid", "reject"], { env });
  assertEquals(bad.code, 1); // as of a count here
  assertStringIncludes(bad.said, `in '${folder}/latin1.txt'`);
  const unknown = await runMillrace(["kernels", "show", "nope"], { env });
  assertEquals(unknown.code, 4);
  assertStringIncludes(unknown.said, "List them with: millrace kernels");
  assert(!unknown.said.includes("GET "), unknown.said);
  const words = ["kernels", "try", "csv-group", `${folder}/latin1.txt`, "--option", "x=1"];
  assertStringIncludes((await runMillrace(words, { env })).said, "Cannot use --option 'x'");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a page of another server is not shown: no Millrace answers there", async () => {
  await using other = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response("<html>hello</html>", { headers: { "content-type": "text/html" } }),
  );
  const env = { MILLRACE_SERVER: `http://127.0.0.1:${other.addr.port}` };
  for (const words of [["jobs"], ["-"], ["-f", "json", "-"]]) {
    const { code, out, said } = await runMillrace(words, { env, stdin: "a" });
    assertEquals([words, code, out], [words, 4, ""]);
    assertStringIncludes(said, "no Millrace answers there");
    assertStringIncludes(said, "Name another with --server");
  }
});

Deno.test("what another server answers is printed by nothing, and told", async () => {
  const answers: [type: string | undefined, body: string][] = [
    ["text/plain", "hello\n"],
    ["text/html; charset=utf-8", "<p>hello"],
    [undefined, "hello\n"],
  ];
  let answer = answers[0];
  await using other = Deno.serve({ port: 0, onListen() {} }, () => {
    const [type, body] = answer;
    const headers = new Headers(type === undefined ? {} : { "content-type": type });
    return new Response(new TextEncoder().encode(body), { headers });
  });
  const env = { MILLRACE_SERVER: `http://127.0.0.1:${other.addr.port}` };
  const commands = [["-"], ["-f", "uniq"], ["--detach"], ["jobs"], [
    "kernels",
    "show",
    "a",
    "--source",
  ]];
  for (answer of answers) {
    for (const words of commands) {
      const { code, out, said } = await runMillrace(words, { env, stdin: "a" });
      assertEquals([code, out], [4, ""], `${answer} ${words}`);
      assertStringIncludes(said, "Cannot use the server: no Millrace answers there");
    }
  }
});
