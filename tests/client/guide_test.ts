import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { startServer } from "../../src/server.ts";
import { createProgram, DENO_OPTIONS, readDenoTypes } from "../support/program.ts";

// The examples of the client's guide, run in the order in which they stand there, as one program.

const ROOT = new URL("../../", import.meta.url);
const GUIDE = new URL("src/client/README.md", ROOT);

/** What the examples take for granted. */
const GIVEN = `const file = new Blob(["to be or not to be"]);
const log = "GET /docs 200\\nGET /docs 404\\n";
const source = \`import { emit } from "millrace";
export function map(line: string): void { emit(line.split(" ")[1]); }\`;
`;

/** What they print, of what does not change from run to run. */
const PRINTED = [
  '6 [ { key: "be", count: 2 }, { key: "to", count: 2 } ]',
  "2",
  "2",
  "2",
  '6 Map(2) { "be" => 2, "to" => 2 }',
  '3 Map(2) { "be" => 1, "it" => 1 }',
  "be 2",
  "to 2",
  "not 1",
  "or 1",
  "key,count",
  "be,2",
  "to,2",
  "not,1",
  "or,1",
  'not { key: "be", count: 50 }',
  "top",
];

Deno.test("the examples of the client's guide run", async () => {
  await using server = await startServer({ port: 0, workers: 1, drainTimeoutMs: 0 });
  const program = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(program, joinBlocks(await readBlocks(), server.origin));
    assertEquals(await findMistakes(program), []);
    const args = [
      "run",
      "-A",
      "--no-check",
      "--config",
      new URL("deno.json", ROOT).pathname,
      program,
    ];
    const env = { NO_COLOR: "1" };
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, env })
      .output();
    const [told, failed] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 0, failed);
    const lines = told.replaceAll("\r", "").trimEnd().split("\n");
    assertEquals(lines.filter((line) => !/^\d+ [\d.]+$/.test(line)).map(withoutBom), PRINTED);
  } finally {
    await Deno.remove(program);
  }
});

/** What is wrong with the types of a program alone: those of the client are checked with the sources. */
async function findMistakes(path: string): Promise<string[]> {
  const program = createProgram({
    roots: [path],
    virtual: await readDenoTypes(),
    resolve: (specifier) => specifier.startsWith("file:") ? fileURLToPath(specifier) : undefined,
  }, DENO_OPTIONS);
  const file = program.getSourceFile(path);
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

async function readBlocks(): Promise<string[]> {
  const guide = await Deno.readTextFile(GUIDE);
  return [...guide.matchAll(/^```ts ignore\n([^]*?)^```/gm)].map(([, text]) => text);
}

/** The first example opens the client; each other has a scope of its own. */
function joinBlocks([first, ...others]: string[], origin: string): string {
  const imports = new Map<string, Set<string>>();
  const bodies = [first, ...others].map((text) =>
    text.replaceAll(/^import \{ (.*) \} from "@millrace\/millrace(.*)";\n/gm, (_, names, entry) => {
      const module = { "/client": "src/client/mod.ts", "/local": "src/local.ts" }[entry as string]!;
      for (const name of names.split(", ")) {
        if (!imports.has(module)) imports.set(module, new Set());
        imports.get(module)!.add(name);
      }
      return "";
    })
  );
  const head = [...imports].map(([module, names]) =>
    `import { ${[...names].join(", ")} } from "${new URL(module, ROOT)}";\n`
  );
  const scopes = bodies.slice(1).map((body) => `{\n${body}}\n`);
  return (head.join("") + GIVEN + bodies[0] + scopes.join(""))
    .replaceAll("http://localhost:8000", origin);
}

function withoutBom(line: string): string {
  return line.replace(/^\ufeff/, "");
}
