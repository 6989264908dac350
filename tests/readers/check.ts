/**
 * Reads answers of a server by the lines that src/http/README.md has for other programs, and
 * compares every key and count. What cannot be installed is left out, and named.
 *
 *     deno task test:readers
 */
import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";
import { ServerProcess } from "../support/http/server.ts";
import { type KeyCount, makeWords, OTHER_KEYS } from "./keys.ts";

/** A row of the table. */
interface Reader {
  /** As it is called there, without its version. */
  name: string;
  version: string | undefined;
  line: string;
}

/** Keys and counts as a reader has them, or what it failed with. */
type Reading = [key: unknown, count: string][] | string;

const PACKAGES = ["pandas", "polars", "pyarrow", "duckdb"];
const PYTHON = [...PACKAGES, "Python"];
/** Whose keys lack a byte order mark that they begin with, as the guide says. */
const DROPS_MARK = ["apache-arrow"];
const SCRIPT = new URL("read.py", import.meta.url).pathname;
const GUIDE = new URL("../../src/http/README.md", import.meta.url);

const directory = await Deno.makeTempDir({ prefix: "millrace-readers-" });
try {
  await writeAnswers();
  Deno.exitCode = await checkAll(readTable(await Deno.readTextFile(GUIDE)));
} finally {
  await Deno.remove(directory, { recursive: true });
}

/** The lines of the guide's table; a row without a name is one more line of the reader above. */
function readTable(guide: string): Reader[] {
  const section = guide.split("\n## Readers\n")[1].split("\n#")[0];
  const readers: Reader[] = [];
  for (const row of section.split("\n").filter((each) => each.startsWith("|")).slice(2)) {
    const [, cell, code] = /^\| ([^|]*?) *\| `(.*)` *\|$/.exec(row)!;
    const [name, version] = cell === "" ? [] : cell.split(" ");
    const above = readers.at(-1);
    readers.push({
      name: name ?? above!.name,
      version: name === undefined ? above!.version : version,
      line: code.replaceAll("\\|", "|"),
    });
  }
  return readers;
}

async function writeAnswers(): Promise<void> {
  await using server = await ServerProcess.start();
  for (const format of ["csv", "tsv", "ndjson", "arrow"]) {
    const response = await fetch(
      `${server.origin}/v1/count?top=0&case=preserve&format=${format}`,
      {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ words: makeWords(extraOf(format)) }),
      },
    );
    await Deno.writeFile(`${directory}/counts.${format}`, await response.bytes());
  }
}

function extraOf(format: string): readonly string[] {
  return format === "tsv" ? [] : OTHER_KEYS;
}

async function checkAll(readers: readonly Reader[]): Promise<number> {
  const python = await installPackages(readers);
  const fromPython = readers.filter(({ name }) => PYTHON.includes(name));
  const readings = python === undefined ? [] : await readByPython(python, fromPython);
  let failures = 0;
  for (const reader of readers) {
    const reading = PYTHON.includes(reader.name)
      ? readings[fromPython.indexOf(reader)]
      : await readHere(reader);
    const about = `${reader.name}${reader.version ? ` ${reader.version}` : ""}: ${reader.line}`;
    if (reading === undefined) {
      console.log(`left out: ${about}`);
      continue;
    }
    const format = /counts\.(\w+)/.exec(reader.line)![1];
    const wrong = compare(reading, makeCounts(format, DROPS_MARK.includes(reader.name)));
    console.log(`${wrong === undefined ? "right" : "WRONG"}: ${about}`);
    if (wrong === undefined) continue;
    console.log(`  ${wrong}`);
    failures++;
  }
  return failures === 0 ? 0 : 1;
}

function makeCounts(format: string, dropsMark: boolean): KeyCount {
  const counts: KeyCount = new Map();
  for (const word of makeWords(extraOf(format))) {
    const key = dropsMark ? word.replace(/^\ufeff/, "") : word;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What is wrong with what was read, if anything is. */
function compare(reading: Reading, counts: KeyCount): string | undefined {
  if (typeof reading === "string") return reading.slice(0, 500);
  const wrong = reading.filter(([key, count]) => String(counts.get(key as string)) !== count);
  const read = new Set(reading.map(([key]) => key));
  const missing = [...counts.keys()].filter((key) => !read.has(key));
  if (reading.length === counts.size && wrong.length === 0 && missing.length === 0) return;
  const some = JSON.stringify([wrong.slice(0, 9), missing.slice(0, 9)]);
  return `${reading.length} rows, not ${counts.size}; wrong and missing: ${some}`;
}

/** Python with the packages in the versions that the table names, or nothing. */
async function installPackages(readers: readonly Reader[]): Promise<string | undefined> {
  const venv = `${directory}/venv`;
  if (typeof await run("python3", ["-m", "venv", venv]) === "object") return undefined;
  const pinned = PACKAGES.map((name) => readers.find((reader) => reader.name === name)!)
    .map(({ name, version }) => `${name}==${version}`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...pinned];
  const installed = await run(`${venv}/bin/python`, pip);
  if (typeof installed === "string") return `${venv}/bin/python`;
  console.log(installed.message.slice(-500));
  return undefined;
}

async function readByPython(python: string, readers: readonly Reader[]): Promise<Reading[]> {
  const lines = JSON.stringify(readers.map(({ name, line }) => [name, line]));
  const output = await run(python, [SCRIPT, lines]);
  if (typeof output === "object") throw output;
  return output.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** JavaScript in this process, all else in a shell; nothing where the program is missing. */
async function readHere({ name, line }: Reader): Promise<Reading | undefined> {
  if (name === "JavaScript" || name === "apache-arrow") {
    const read = new Function("readFileSync", "tableFromIPC", `return ${line}`);
    const file = (path: string, encoding?: "utf8") =>
      readFileSync(`${directory}/${path}`, encoding);
    const rows: { key: string; count: number | bigint }[] = read(file, tableFromIPC);
    return rows.map(({ key, count }) => [key, String(count)]);
  }
  if (typeof await run("sh", ["-c", `command -v ${name}`]) === "object") return undefined;
  const output = await run("sh", ["-c", line]);
  if (typeof output === "object") return output.message;
  return output.split("\n").slice(0, -1).map((row) => {
    if (name === "jq") {
      const [key, count] = JSON.parse(row);
      return [key, String(count)];
    }
    const blank = row.indexOf(" ");
    return [row.slice(blank + 1), row.slice(0, blank)];
  });
}

/** What a program writes, or why it failed. */
async function run(program: string, args: string[]): Promise<string | Error> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd: directory,
      stdout: "piped",
      stderr: "piped",
    }).output();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return success ? decoder.decode(stdout) : new Error(decoder.decode(stderr));
  } catch (error) {
    return error as Error;
  }
}
