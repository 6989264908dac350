import { assertEquals } from "@std/assert";
import { MAY_IMPORT } from "./support/rooms.ts";

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
