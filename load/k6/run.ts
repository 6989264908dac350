// Starts a server on a free port, runs the k6 scenario against it, stops the server.
// Usage: deno task load [k6 options]
import { ServerProcess } from "../../tests/support/http/server.ts";
import { tryCommand } from "../support/commands.ts";

const SCENARIO = new URL("./smoke.js", import.meta.url).pathname;
const INSTALL = "go install go.k6.io/k6@v1.8.1";

const k6 = await findK6();
if (k6 === undefined) {
  console.error(`Cannot find k6. Install it with Go:\n  ${INSTALL}\nor see https://k6.io/docs`);
  Deno.exit(1);
}
Deno.exit(await runScenario(k6));

/** The server is gone when this returns: `Deno.exit` would leave it behind. */
async function runScenario(k6: string): Promise<number> {
  await using server = await ServerProcess.start();
  const { code } = await new Deno.Command(k6, {
    args: ["run", "--no-usage-report", ...Deno.args, SCENARIO],
    env: { BASE_URL: server.origin },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  server.kill("SIGTERM");
  const exit = await server.ended();
  if (exit !== 0) console.error(`The server ended with ${exit}:\n${server.output}`);
  return code || exit;
}

/** k6 on the path, or where `go install` puts it. */
async function findK6(): Promise<string | undefined> {
  const candidates = ["k6"];
  const gopath = await tryCommand("go", ["env", "GOPATH"]);
  if (gopath !== undefined) candidates.push(`${gopath.trim()}/bin/k6`);
  for (const candidate of candidates) {
    if (await tryCommand(candidate, ["version"]) !== undefined) return candidate;
  }
}
