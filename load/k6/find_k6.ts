import { tryCommand } from "../support/commands.ts";
import { Refusal } from "../support/options.ts";

const INSTALL = "go install go.k6.io/k6@v1.8.1";

/** k6 on the path, or where `go install` puts it. @throws {Refusal} If there is none. */
export async function findK6(): Promise<string> {
  const candidates = ["k6"];
  const gopath = await tryCommand("go", ["env", "GOPATH"]);
  const home = Deno.env.get("HOME");
  if (gopath !== undefined) candidates.push(`${gopath.trim()}/bin/k6`);
  else if (home !== undefined) candidates.push(`${home}/go/bin/k6`);
  for (const candidate of candidates) {
    if (await tryCommand(candidate, ["version"]) !== undefined) return candidate;
  }
  throw new Refusal(`Cannot find k6. Install it with Go:\n  ${INSTALL}\nor see https://k6.io/docs`);
}
