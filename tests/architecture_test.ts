import { assertEquals } from "@std/assert";

/**
 * Which room may import which. A room is a folder, to the third level (`src/http/door`), or a file
 * at the top of src or assembly. A permission that no import needs is an error, too.
 */
const MAY_IMPORT: Record<string, string[]> = {
  "assembly/build": ["assembly/layout", "src/kernels/compiler"],
  "assembly/kernel": [
    "assembly/layout",
    "assembly/memory",
    "assembly/reduce",
    "assembly/spill",
    "assembly/table",
    "assembly/text",
    "assembly/text/tokenizers",
    "assembly/values",
  ],
  "assembly/kernels": ["assembly/kernel"],
  "assembly/memory": ["assembly/blocks", "assembly/layout", "assembly/table"],
  "assembly/reduce": [
    "assembly/layout",
    "assembly/memory",
    "assembly/spill",
    "assembly/table",
    "assembly/text",
    "assembly/values",
  ],
  "assembly/sdk": ["assembly/blocks"],
  "assembly/spill": [
    "assembly/layout",
    "assembly/memory",
    "assembly/reduce",
    "assembly/table",
    "assembly/values",
  ],
  "assembly/table": [
    "assembly/layout",
    "assembly/memory",
    "assembly/table_layout",
    "assembly/text",
    "assembly/text/tokenizers",
    "assembly/values",
  ],
  "assembly/text": [
    "assembly/blocks",
    "assembly/generated",
    "assembly/layout",
    "assembly/memory",
    "assembly/table",
    "assembly/text/tokenizers",
  ],
  "assembly/text/tokenizers": [
    "assembly/blocks",
    "assembly/generated",
    "assembly/layout",
    "assembly/memory",
    "assembly/text",
  ],
  "assembly/values": [
    "assembly/layout",
    "assembly/memory",
    "assembly/reduce",
    "assembly/table",
    "assembly/text/tokenizers",
  ],
  // Benchmarks use what tests use: servers in a process, the harness of the kernel, the oracle.
  "load/bench": [
    "load/bench/against",
    "load/bench/parts",
    "load/lab",
    "load/support",
    "src/contract",
    "src/input",
    "src/kernels/gate",
    "src/mod",
    "tests/support",
    "tests/support/http",
    "tests/support/modules",
    "tests/support/oracle",
  ],
  "load/bench/against": ["load/support"],
  "load/bench/parts": [
    "assembly/layout",
    "load/support",
    "src/contract",
    "src/input",
    "src/kernels",
    "src/kernels/compiler",
    "src/kernels/gate",
    "src/mod",
    "src/reduce",
    "src/server",
    "src/shared",
    "tests/support",
    "tests/support/http",
    "tests/support/modules",
    "tests/support/oracle",
  ],
  "load/k6": [
    "load/k6/parts",
    "load/support",
    "src/contract",
    "src/server",
    "src/shutdown",
    "tests/support",
    "tests/support/faults",
    "tests/support/http",
  ],
  // The lab shows ways to be parallel, ours among them.
  "load/lab": [
    "load/bench/parts",
    "load/lab/parts",
    "load/support",
    "src/mod",
    "tests/support",
    "tests/support/http",
    "tests/support/oracle",
  ],
  "load/lab/parts": [
    "assembly/layout",
    "load/bench/parts",
    "load/support",
    "src/engine",
    "src/mod",
    "src/shared",
    "tests/support",
    "tests/support/oracle",
  ],
  "load/support": ["src/contract", "src/guides", "tests/support", "tests/support/http"],
  "src/access": ["src/contract"],
  "src/app": ["src/http", "src/http/routes", "src/observe"],
  "src/cli": [
    "assembly/build",
    "src/access",
    "src/async",
    "src/deno_deploy",
    "src/http/routes",
    "src/observe",
    "src/server",
    "src/settings",
    "src/shared",
    "src/shutdown",
    "src/store",
    "src/version",
  ],
  "src/client": ["src/contract"],
  "src/deno_deploy": ["src/async"],
  "src/engine": [
    "assembly/layout",
    "src/async",
    "src/contract",
    "src/engine/job",
    "src/engine/workforce",
    "src/input",
    "src/kernels",
    "src/reduce",
    "src/shared",
    "src/stop_words",
  ],
  "src/engine/job": [
    "assembly/layout",
    "assembly/table_layout",
    "src/async",
    "src/contract",
    "src/engine",
    "src/engine/stages",
    "src/engine/workforce",
    "src/input",
    "src/reduce",
    "src/shared",
  ],
  "src/engine/stages": [
    "assembly/layout",
    "src/async",
    "src/contract",
    "src/engine",
    "src/engine/job",
    "src/input",
    "src/reduce",
    "src/shared",
  ],
  "src/engine/workforce": ["assembly/layout", "src/async", "src/engine", "src/shared"],
  "src/guides": [
    "src/app",
    "src/contract",
    "src/deno_deploy",
    "src/engine",
    "src/http",
    "src/http/door",
    "src/http/read",
    "src/observe",
    "src/settings",
  ],
  "src/http": [
    "src/access",
    "src/contract",
    "src/engine",
    "src/http/answer",
    "src/http/door",
    "src/intake",
    "src/jobs",
    "src/kernels",
    "src/observe",
    "src/openapi",
  ],
  "src/http/answer": [
    "src/async",
    "src/contract",
    "src/engine",
    "src/http/door",
    "src/http/read",
    "src/input",
    "src/kernels",
    "src/output",
    "src/reduce",
    "src/store",
  ],
  "src/http/door": [
    "src/access",
    "src/async",
    "src/contract",
    "src/http",
    "src/http/answer",
    "src/input",
    "src/observe",
  ],
  "src/http/events": [
    "src/async",
    "src/contract",
    "src/engine",
    "src/http/answer",
    "src/http/door",
    "src/jobs",
    "src/output",
    "src/store",
  ],
  "src/http/read": [
    "src/async",
    "src/contract",
    "src/engine",
    "src/http/answer",
    "src/http/door",
    "src/input",
    "src/intake",
    "src/jobs",
    "src/kernels",
    "src/output",
  ],
  "src/http/routes": [
    "src/async",
    "src/contract",
    "src/engine",
    "src/http",
    "src/http/answer",
    "src/http/door",
    "src/http/events",
    "src/http/read",
    "src/intake",
    "src/jobs",
    "src/kernels",
    "src/observe",
    "src/openapi",
    "src/output",
    "src/page",
    "src/stop_words",
    "src/store",
    "src/version",
  ],
  "src/input": ["src/async", "src/contract", "src/crc32"],
  "src/intake": [
    "src/async",
    "src/contract",
    "src/engine",
    "src/input",
    "src/intake/remote",
    "src/store",
  ],
  "src/intake/remote": ["src/async", "src/contract", "src/input"],
  "src/jobs": ["src/async", "src/contract", "src/engine", "src/store"],
  "src/kernels": [
    "assembly/layout",
    "src/contract",
    "src/kernels/compiler",
    "src/kernels/gate",
    "src/shared",
    "src/store",
  ],
  "src/kernels/compiler": ["src/contract"],
  "src/kernels/gate": ["src/contract"],
  "src/main": ["src/cli", "src/server", "src/settings", "src/version"],
  "src/mod": [
    "src/contract",
    "src/engine",
    "src/engine/job",
    "src/input",
    "src/output",
    "src/reduce",
  ],
  "src/observe": ["src/contract", "src/engine", "src/version"],
  "src/openapi": ["src/contract", "src/version"],
  "src/output": ["src/async", "src/contract", "src/engine", "src/reduce"],
  "src/page": ["src/contract", "src/openapi", "src/version"],
  "src/reduce": ["src/async"],
  "src/server": [
    "src/access",
    "src/app",
    "src/async",
    "src/deno_deploy",
    "src/engine",
    "src/http/answer",
    "src/http/door",
    "src/intake",
    "src/jobs",
    "src/kernels",
    "src/observe",
    "src/settings",
    "src/shutdown",
    "src/store",
  ],
  "src/settings": ["src/access", "src/contract", "src/deno_deploy", "src/http", "src/observe"],
  "src/shared": ["assembly/layout"],
  "src/shutdown": ["src/async", "src/http/door", "src/jobs"],
  "src/stop_words": ["src/contract"],
  "src/store": [
    "src/async",
    "src/contract",
    "src/crc32",
    "src/engine",
    "src/reduce",
    "src/version",
  ],
  "workers": ["assembly/layout", "src/shared", "workers/key_sources", "workers/spill"],
  "workers/key_sources": ["assembly/layout", "src/shared"],
  "workers/spill": ["assembly/layout", "src/shared", "workers"],
};

const ROOT = new URL("../", import.meta.url);

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    if (isDirectory) yield* sources(`${folder}/${name}`);
    else if (name.endsWith(".ts")) yield `${folder}/${name}`;
  }
}

/** `src/http/door/gate.ts` is in the room `src/http/door`, `src/app.ts` is the room `src/app`. */
function roomOf(path: string): string {
  const parts = path.replace(/\.ts$/, "").split("/");
  const isRoom = parts.length === 2 && FOLDERS_OF_ROOMS.includes(parts[0]);
  return isRoom ? parts.join("/") : parts.slice(0, -1).slice(0, 3).join("/");
}

/** In these folders each file at the top is a room of its own. */
const FOLDERS_OF_ROOMS = ["src", "assembly"];

/** An import of a file; AssemblyScript leaves the ending out. */
const IMPORT = /(?:from|import\()\s*"(\.(?![^"]*\.json")[^"]+?)(?:\.ts)?"/g;

/** Every file of the product, with the files of the repository that it imports. */
async function readImports(): Promise<Map<string, string[]>> {
  const imports = new Map<string, string[]>();
  for (const top of ["src", "workers", "assembly", "load"]) {
    for await (const path of sources(top)) {
      const text = await Deno.readTextFile(new URL(path, ROOT));
      const targets = [...text.matchAll(IMPORT)]
        .map(([, target]) =>
          new URL(`${target}.ts`, new URL(path, ROOT)).href.slice(ROOT.href.length)
        );
      imports.set(path, targets);
    }
  }
  return imports;
}

const imports = await readImports();

/** Which rooms each room imports, with an import of each for the message. */
function readArrows(): Map<string, Map<string, string>> {
  const arrows = new Map<string, Map<string, string>>();
  for (const [path, targets] of imports) {
    for (const target of targets) {
      const [room, other] = [roomOf(path), roomOf(target)];
      if (other === room) continue;
      if (!arrows.has(room)) arrows.set(room, new Map());
      arrows.get(room)!.set(other, `${path} imports ${target}`);
    }
  }
  return arrows;
}

Deno.test("imports run one way through the code", () => {
  const violations = [...readArrows()].flatMap(([room, others]) =>
    [...others].filter(([other]) => !MAY_IMPORT[room]?.includes(other)).map(([, text]) => text)
  );
  assertEquals(violations, []);
});

Deno.test("every permission to import is needed", () => {
  const arrows = readArrows();
  const idle = Object.entries(MAY_IMPORT).flatMap(([room, others]) =>
    others.filter((other) => !arrows.get(room)?.has(other)).map((other) => `${room} -> ${other}`)
  );
  assertEquals(idle, []);
});

Deno.test("no files import each other in a circle", () => {
  const open = new Set<string>();
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    if (open.has(path)) circles.push([...way.slice(way.indexOf(path)), path].join(" -> "));
    if (open.has(path) || done.has(path)) return;
    open.add(path);
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
    open.delete(path);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  assertEquals(circles, []);
});

Deno.test("src/README.md says what is in each room", async () => {
  const guide = await Deno.readTextFile(new URL("src/README.md", ROOT));
  const rows = guide.split("\n").filter((line) => line.startsWith("| `src/"));
  const folders = await Array.fromAsync(Deno.readDir(new URL("src/", ROOT)));
  const unnamed = folders.filter(({ name, isDirectory }) =>
    isDirectory && !rows.some((row) => row.includes(`\`src/${name}\``))
  );
  assertEquals(unnamed, []);
});

Deno.test("packages from outside are the ones that src/README.md names", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const guide = await Deno.readTextFile(new URL("src/README.md", ROOT));
  for (const [name, specifier] of Object.entries<string>(imports)) {
    assertEquals(specifier.startsWith("npm:"), true, `${name} comes from npm`);
    assertEquals(/@\d+\.\d+\.\d+/.test(specifier), true, `${name} is pinned to a version`);
    const packageName = specifier.slice(4).replace(/@\d.*/, "");
    assertEquals(
      guide.includes(packageName),
      true,
      `src/README.md says why ${packageName} is used`,
    );
  }
});
