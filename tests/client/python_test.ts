import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { startServer } from "../../src/server.ts";
import { leftOut } from "../support/left_out.ts";
import { createTestApp } from "../support/http/test_app.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const CLIENT = `${ROOT}src/client/python`;
const TESTS = `${ROOT}tests/client/python`;

/** A Python that has what the client needs; `.ci/run` makes one. */
const PYTHON = Deno.env.get("MILLRACE_PYTHON") ?? "python3";

const env = { PYTHONPATH: CLIENT, PYTHONDONTWRITEBYTECODE: "1" };

/** What Python says, or why it cannot be asked. */
async function run(...args: string[]): Promise<{ success: boolean; said: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(PYTHON, { args, env }).output();
    const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { success, said: out + said };
  } catch (error) {
    return { success: false, said: String(error) };
  }
}

const { success: hasHttpx } = await run("-c", "import httpx");
if (!hasHttpx) leftOut("the Python client", `no ${PYTHON} with httpx`);
const { success: hasMypy } = await run("-c", "import mypy");
if (!hasMypy) leftOut("the types of the Python client", `no ${PYTHON} with mypy`);

for (const file of ["test_counts.py", "test_guide.py", "test_jobs.py"]) {
  Deno.test({
    name: `the Python client against servers: ${file}`,
    ignore: !hasHttpx,
    fn: async () => {
      await using server = await startServer({ port: 0, workers: 1 });
      await using held = await createTestApp({ port: 0, listen: true });
      held.engine.hold = new Promise(() => {});
      const { success, said } = await run(`${TESTS}/${file}`, server.origin, held.origin);
      assert(success && /^Ran [1-9]\d* tests?/m.test(said), said);
      for (const [, what, why] of said.matchAll(/^(\w+) .*skipped '(.*)'$/gm)) leftOut(what, why);
    },
  });
}

Deno.test({
  name: "the Python client has types, to the last",
  ignore: !hasMypy,
  fn: async () => {
    const settings = ["--config-file", `${CLIENT}/pyproject.toml`, "--cache-dir", "/dev/null"];
    const { success, said } = await run("-m", "mypy", ...settings, `${CLIENT}/millrace`);
    assert(success, said);
  },
});

Deno.test("the Python package has the version of Millrace, and the packages that it is tested with", async () => {
  const project = await Deno.readTextFile(`${CLIENT}/pyproject.toml`);
  const pins = await Deno.readTextFile(`${CLIENT}/requirements.txt`);
  assertEquals(/^version = "(.*)"$/m.exec(project)?.[1], config.version);
  const tested = /^httpx==([\d.]+)$/m.exec(pins)?.[1];
  assertEquals(/"httpx>=([\d.]+),/.exec(project)?.[1], tested);
});
