import { Millrace } from "../../src/client/mod.ts";
import { RULES } from "./conformance.ts";

// Runs the rules in whatever runtime starts it, against the server that its argument names.

const [baseUrl] = process.argv.slice(2);
for (const { name, check } of RULES) {
  await check(new Millrace({ baseUrl }));
  console.log(name);
}
process.exit(0); // what was abandoned keeps sockets open for a while

declare const process: { argv: string[]; exit(code: number): never };
