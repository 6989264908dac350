import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { apiKeyIdOf } from "../../src/access/api_key.ts";

const PROGRAM = new URL("../../src/cli/millrace.ts", import.meta.url).href;

async function run(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROGRAM, "keys", ...args],
    env: { NO_COLOR: "1", MILLRACE_KEYS: "" },
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), said: decoder.decode(stderr) };
}

Deno.test("keys add prints a key alone, list shows it and revoke takes it away", async () => {
  const folder = await Deno.makeTempDir();
  const file = ["--keys", `${folder}/keys.json`];
  const terms = ["--weight", "2", "--max-jobs", "8", "--rate", "5/s", "--expires", "2040-01-31"];
  const added = await run(...file, "add", "acme", "--name", "laptop", ...terms);
  assertEquals(added.code, 0, added.said);
  const id = apiKeyIdOf(added.out.trim());
  assertStringIncludes(added.said, `Key ${id} of tenant acme`);
  const { out } = await run(...file, "list");
  assertMatch(out, new RegExp(`^${id}\tacme\tread,write\t20`));
  assertEquals(
    out.trim().split("\t").slice(4),
    ["weight=2", "maxJobs=8", "rate=5/s", "expires=2040-01-31T00:00:00.000Z", "name=laptop"],
  );
  assertEquals((await run(...file, "revoke", id!)).code, 0);
  assertEquals((await run(...file, "list")).out, "");
  const again = await run(...file, "revoke", id!);
  assertEquals([again.code, again.said], [1, `Cannot do it: there is no key '${id}'\n`]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("keys says what is wrong with a command", async () => {
  const rows: [string[], string][] = [
    [["list"], "no file of keys is named"],
    [["--keys", "x"], "Usage: millrace keys"],
    [["--keys", "x", "remove", "a"], "unknown command 'remove'"],
    [["--keys", "x", "add"], "missing required argument 'tenant'"],
    [["--keys", "x", "revoke", "a", "b"], "too many arguments for 'revoke'"],
    [["--keys", "x", "list", "a"], "too many arguments for 'list'"],
    [["--keys", "x", "add", "a b"], "tenant: 'a b' is not 1 to 64"],
    [["--keys", "x", "add", "a", "--weight", "no"], "--weight: 'no' is not from 0.01"],
    [["--keys", "x", "add", "a", "--rights", "root"], "--rights: 'root' is not of read"],
    [["--keys", "x", "add", "a", "--expires", "soon"], "--expires: 'soon'"],
    [["--keys", "x", "add", "a", "--colour", "red"], "--colour"],
  ];
  await Promise.all(rows.map(async ([args, says]) => {
    const { code, said } = await run(...args);
    assertEquals([args, code], [args, 2]);
    assertStringIncludes(said, says);
  }));
});

Deno.test("keys says how it is used, and what makes the file that is not there", async () => {
  const help = await run("--help");
  assertEquals([help.code, help.said], [0, ""]);
  assertStringIncludes(help.out, "Usage: millrace keys");
  const missing = await run("--keys", "/no/such/keys.json", "list");
  assertEquals(missing.code, 1);
  assertStringIncludes(missing.said, "'add' makes a file of keys");
});
