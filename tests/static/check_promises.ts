import { readDenoTypes } from "../support/program.ts";
import { findFloatingPromises } from "./floating_promises.ts";

const ROOT = new URL("../../", import.meta.url);

/** Where the code of the product is; `assembly` is no TypeScript. */
const FOLDERS = ["src", "workers"];

async function* listSources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    if (isDirectory) yield* listSources(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield new URL(`${folder}/${name}`, ROOT).pathname;
  }
}

/** Where promises are owned. */
const OWNERS = ["src/async/own.ts", "src/async/own_quietly.ts"]
  .map((path) => new URL(path, ROOT).pathname);

const roots: string[] = [];
for (const folder of FOLDERS) {
  for await (const path of listSources(folder)) if (!OWNERS.includes(path)) roots.push(path);
}
const findings = findFloatingPromises({ roots, virtual: await readDenoTypes() });
for (const { file, line, text, reason } of findings) {
  console.error(`${file.slice(ROOT.pathname.length)}:${line}: ${reason}\n    ${text}`);
}
if (findings.length > 0) Deno.exit(1);
