import { assertEquals } from "@std/assert";

/** Who may import whom, by room; a room is a folder of src or a file at its top. */
const MAY_IMPORT: Record<string, string[]> = {
  "src/main": [
    "src/access",
    "src/app",
    "src/async",
    "src/deno_deploy",
    "src/engine",
    "src/http",
    "src/observe",
    "src/server_options",
    "src/shutdown",
    "src/store",
    "src/version",
  ],
  "src/deno_deploy": ["src/async"],
  "src/keys": ["src/access"],
  "src/doctor": ["src/queue", "src/store", "src/version"],
  "src/shutdown": ["src/async", "src/deadline", "src/engine", "src/http", "src/store"],
  "src/app": [
    "src/access",
    "src/http",
    "src/engine",
    "src/errors",
    "src/observe",
    "src/openapi",
    "src/server_options",
    "src/store",
  ],
  "src/mod": [
    "src/engine",
    "src/errors",
    "src/input",
    "src/options",
    "src/reduce",
  ],
  "src/http": [
    "src/access",
    "src/async",
    "src/engine",
    "src/errors",
    "src/input",
    "src/nearest",
    "src/observe",
    "src/openapi",
    "src/option_conflicts",
    "src/options",
    "src/output",
    "src/parameter_texts",
    "src/parameters",
    "src/reduce",
    "src/remote",
    "src/server_options",
    "src/stop_words",
    "src/store",
    "src/version",
  ],
  "src/access": ["src/errors"],
  "src/async": [],
  "src/remote": ["src/async", "src/errors", "src/input"],
  "src/openapi": ["src/errors", "src/options", "src/parameters", "src/version"],
  "src/observe": ["src/async", "src/engine", "src/errors", "src/version"],
  "src/store": [
    "src/version",
    "src/async",
    "src/crc32",
    "src/engine",
    "src/errors",
    "src/options",
    "src/reduce",
  ],
  "src/output": ["src/async", "src/engine", "src/errors", "src/options", "src/reduce"],
  "src/engine": [
    "src/async",
    "src/deadline",
    "assembly/layout",
    "assembly/table_layout",
    "src/errors",
    "src/input",
    "src/kernels",
    "src/memory",
    "src/options",
    "src/permissions",
    "src/pool",
    "src/queue",
    "src/reduce",
    "src/stop_words",
  ],
  "src/input": ["src/async", "src/crc32", "src/errors", "src/options", "src/parameter_texts"],
  "src/kernels": ["assembly/layout"],
  "src/memory": ["assembly/layout"],
  "src/pool": ["src/async", "src/deadline", "assembly/layout", "src/memory", "src/queue"],
  "src/queue": ["assembly/layout"],
  "src/reduce": [],
  "src/options": ["src/errors", "src/option_conflicts", "src/parameters", "src/stop_words"],
  "src/option_conflicts": [],
  "src/server_options": [
    "src/access",
    "src/deno_deploy",
    "src/errors",
    "src/known_variables",
    "src/nearest",
    "src/observe",
  ],
  "src/known_variables": [],
  "src/nearest": [],
  "src/parameters": ["src/errors", "src/parameter_texts"],
  "src/parameter_texts": [],
  "src/stop_words": [],
  "src/errors": [],
  "src/crc32": [],
  "src/deadline": [],
  "src/version": [],
  "src/permissions": [],
  workers: ["assembly/layout", "src/memory", "src/pool", "src/queue", "workers"],
};

const ROOT = new URL("../", import.meta.url);

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    if (isDirectory) yield* sources(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

/** `src/http/jobs.ts` is in the room `src/http`, `src/app.ts` is the room `src/app`. */
function roomOf(path: string): string {
  if (path.startsWith("workers/")) return "workers";
  return path.replace(/\.ts$/, "").split("/").slice(0, 2).join("/");
}

Deno.test("imports run one way through the code", async () => {
  const violations: string[] = [];
  for (const top of ["src", "workers"]) {
    for await (const path of sources(top)) {
      const room = roomOf(path);
      const text = await Deno.readTextFile(new URL(path, ROOT));
      for (const [, target] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
        const resolved = new URL(target, new URL(path, ROOT)).href.slice(ROOT.href.length);
        const other = roomOf(resolved);
        if (other === room || resolved === "deno.json") continue;
        if (!MAY_IMPORT[room]?.includes(other)) violations.push(`${path} imports ${resolved}`);
      }
    }
  }
  assertEquals(violations, []);
});

Deno.test("README.md says what is in each room", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  const rows = readme.split("\n").filter((line) => line.startsWith("| `src/"));
  const folders = await Array.fromAsync(Deno.readDir(new URL("src/", ROOT)));
  const unnamed = folders.filter(({ name, isDirectory }) =>
    isDirectory && !rows.some((row) => row.includes(`\`src/${name}\``))
  );
  assertEquals(unnamed, []);
});

Deno.test("packages from outside are the ones that the README names", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const readme = await Deno.readTextFile(new URL("README.md", ROOT));
  for (const [name, specifier] of Object.entries<string>(imports)) {
    assertEquals(specifier.startsWith("npm:"), true, `${name} comes from npm`);
    assertEquals(/@\d+\.\d+\.\d+/.test(specifier), true, `${name} is pinned to a version`);
    const packageName = specifier.slice(4).replace(/@\d.*/, "");
    assertEquals(readme.includes(packageName), true, `README.md says why ${packageName} is used`);
  }
});
