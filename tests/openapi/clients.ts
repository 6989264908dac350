import { ServerProcess } from "../support/http/server.ts";

// `deno run -A tests/openapi/clients.ts`: holds the served OpenAPI document against tools from
// outside, each pinned: a linter, and the generator of a Python client that then calls the server.
// What cannot be installed is left out and said to be.

const LINTER = "@redocly/cli@2.77.0";
const GENERATOR = "openapi-python-client==0.29.1";

const folder = await Deno.makeTempDir();
try {
  await using server = await ServerProcess.start();
  const document = `${folder}/openapi.json`;
  await Deno.writeTextFile(document, await (await fetch(`${server.origin}/openapi.json`)).text());
  await lint(document);
  await callByPython(document, server.origin);
} finally {
  await Deno.remove(folder, { recursive: true });
}

async function lint(document: string): Promise<void> {
  if (!await succeeds("npx", "--yes", LINTER, "--version")) return leaveOut(LINTER);
  const said = await run("npx", "--yes", LINTER, "lint", "--format", "json", document);
  const { problems } = JSON.parse(said.slice(said.indexOf("{")));
  if (problems.length > 0) throw new Error(`The linter found:\n${JSON.stringify(problems)}`);
  console.log(`${LINTER} finds nothing`);
}

async function callByPython(document: string, origin: string): Promise<void> {
  const bin = `${folder}/venv/bin`;
  const installed = await succeeds("python3", "-m", "venv", `${folder}/venv`) &&
    await succeeds(`${bin}/pip`, "install", "--quiet", GENERATOR);
  if (!installed) return leaveOut(GENERATOR);
  const made = ["--path", document, "--output-path", `${folder}/client`];
  await run(`${bin}/openapi-python-client`, "generate", ...made);
  const script = `${folder}/client/generated_client.py`;
  await Deno.copyFile(new URL("generated_client.py", import.meta.url), script);
  console.log((await run(`${bin}/python`, script, origin)).trim());
}

function leaveOut(tool: string): void {
  console.log(`left out: ${tool} cannot be installed here`);
}

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  return await run(program, ...args).then(() => true, () => false);
}

/** What a program prints. @throws {Error} If it cannot be run or fails, with all that it said. */
async function run(program: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) throw new Error(`${program} ${args.join(" ")} failed:\n${out}${said}`);
  return out;
}
