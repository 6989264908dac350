import { assert, assertEquals, assertMatch } from "@std/assert";
import { pathToFileURL } from "node:url";
import { bundlePrograms } from "../../../assembly/build/bundle_programs.ts";
import config from "../../../deno.json" with { type: "json" };
import { copyTree } from "../../support/copy_tree.ts";
import { ServerProcess } from "../../support/http/server.ts";
import { PLAIN_ENV } from "../../support/millrace.ts";
import { readStart } from "../../support/read_start.ts";

// The programs as they are built, beside their sources, each in a process of its own.

const ROOT = new URL("../../../", import.meta.url);
const COMPILED = new URL("assembly/compiled/", ROOT);

/** Too long to be counted inline. */
const LONG = "to be or not to be\n".repeat(40_000);

const KERNEL =
  `import { emit } from "millrace"; export function map(line: string): void { emit(line); }`;

/** What is not the same for two servers: ids, tags made of them, addresses, times and rates. */
const OWN =
  /[0-9a-f]{8}-[0-9a-f-]{27}|127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[\d:.]+Z|"\w*(?:[mM]s|[sS]econds?|PerSecond|pid)":[\d.]+/g;

const post = (path: string, body: BodyInit, headers: HeadersInit = {}) =>
  new Request(`http://server${path}`, { method: "POST", body, headers });

/** Parts of a server that load late, and files that it finds beside its modules. */
const REQUESTS: Record<string, () => Request> = {
  "a short text": () => post("/v1/count?top=2&format=tsv", "to be or not to be"),
  "threads": () => post("/v1/count?top=2&format=csv&columns=share", LONG),
  "Arrow": () => post("/v1/count?format=arrow", "to be or not to be"),
  "columns": () =>
    post("/v1/count?key=field(1)&value=field(2)&agg=sum&format=csv", "a 1\nb 2\na 3"),
  "stems": () => post("/v1/count?group=stem(en)&format=tsv", "books and a book"),
  "stop words": () => post("/v1/count?stop=en&format=tsv", "the book and the page"),
  "many texts": () =>
    post("/v1/count?each=true&top=1", '"a b a"\n"c d d"\n', {
      "content-type": "application/x-ndjson",
    }),
  "a kernel": () => post("/v1/kernels", KERNEL, { "content-type": "text/typescript" }),
  "a problem": () => post("/v1/count?top=none", "to be"),
  "kernels": () => new Request("http://server/v1/kernels"),
  "the page": () => new Request("http://server/", { headers: { accept: "text/html" } }),
  "the guides": () => new Request("http://server/docs/http"),
  "the document": () => new Request("http://server/openapi.json"),
  "the reference": () => new Request("http://server/docs"),
  "health": () => new Request("http://server/livez"),
};

async function send({ origin }: ServerProcess, request: Request) {
  const { pathname, search } = new URL(request.url);
  const answer = await fetch(new Request(origin + pathname + search, request));
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type"), text };
}

async function run(path: URL, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path.href, ...args],
    cwd: ROOT,
    env: PLAIN_ENV,
  }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, said };
}

Deno.test("a bundled server answers as its sources do", async (t) => {
  await bundlePrograms(COMPILED, false);
  const main = new URL("server.js", COMPILED);
  await using sources = await ServerProcess.start({ cwd: ROOT });
  await using bundled = await ServerProcess.start({ main, cwd: ROOT });

  for (const [name, request] of Object.entries(REQUESTS)) {
    await t.step(name, async () => {
      const [wanted, found] = [await send(sources, request()), await send(bundled, request())];
      assertEquals(wanted.status < 300, name !== "a problem", wanted.text);
      assertEquals(
        { ...found, text: found.text.replaceAll(OWN, "") },
        { ...wanted, text: wanted.text.replaceAll(OWN, "") },
      );
    });
  }

  await t.step("the scripts of the page", async () => {
    const { text } = await send(bundled, REQUESTS["the page"]());
    const paths = [...text.matchAll(/"(\/page\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path);
    assert(paths.length > 0, text);
    for (const path of paths) {
      const request = () => new Request(`http://server${path}`);
      assertEquals(await send(bundled, request()), await send(sources, request()), path);
    }
  });

  await t.step("a job by a kernel of a user", async () => {
    const counted = async (server: ServerProcess) => {
      const { id } = JSON.parse((await send(server, REQUESTS["a kernel"]())).text);
      const { links } = JSON.parse(
        (await send(server, post(`/v1/jobs?kernel=${id}`, "b\na\nb"))).text,
      );
      const result = new Request(`http://server${links.result}?wait=60&format=tsv`);
      return (await send(server, result)).text;
    };
    assertEquals([await counted(bundled), await counted(sources)], [
      "b\t2\na\t1\n",
      "b\t2\na\t1\n",
    ]);
  });
});

Deno.test("a bundled server has its threads listen, too", async () => {
  await bundlePrograms(COMPILED, false);
  const main = new URL("server.js", COMPILED);
  await using server = await ServerProcess.start({ main, cwd: ROOT, args: ["--listeners", "2"] });
  for (let i = 0; i < 8; i++) { // each on a connection of its own
    const request = REQUESTS["a short text"]();
    request.headers.set("connection", "close");
    assertEquals((await send(server, request)).text, "be\t2\nto\t2\n");
  }
});

Deno.test("the bundled command line counts, serves and explains as its sources do", async () => {
  await bundlePrograms(COMPILED, false);
  const [bundled, sources] = [
    new URL("millrace.js", COMPILED),
    new URL("src/cli/millrace.ts", ROOT),
  ];
  const lines = [["-k", "2", "-q", "LICENSE"], ["serve", "--version"], ["count", "--none"], [
    "--help",
  ]];
  for (const line of lines) assertEquals(await run(bundled, ...line), await run(sources, ...line));
});

Deno.test("bundled programs begin with few modules, and a count without packages and Node", async () => {
  await bundlePrograms(COMPILED, false);
  const [server, count] = [
    await readStart(new URL("server.js", COMPILED)),
    await readStart(new URL("millrace.js", COMPILED)),
  ];
  assertEquals(count.filter((each) => !each.startsWith("file:")), []);
  const packages = server.filter((each) => each.startsWith("npm:"));
  assertEquals(packages.filter((each) => !each.includes("deno-std")), []);
  assert(server.length < 60 && count.length < 77, `${server.length} and ${count.length} modules`);
});

Deno.test("the tasks and the npm package run what is bundled", async () => {
  const { serve, start, millrace } = config.tasks;
  for (const { command } of [serve, start]) {
    assertMatch(command, / assembly\/compiled\/server\.js$/);
  }
  assertMatch(millrace.command, / assembly\/compiled\/millrace\.js$/);
  const bin = await Deno.readTextFile(new URL("src/package/bin.js", ROOT));
  assertEquals(bin.match(/"(server|millrace)\.js"/g), ['"server.js"', '"millrace.js"']);
});

Deno.test("the build bundles what has changed, keeps what servers that run may load, and maps to sources", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace bundle " });
  const root = pathToFileURL(`${folder}/`);
  const source = new URL("src/cli/local/run_server.ts", root);
  const edit = async (from: string, to: string) =>
    await Deno.writeTextFile(source, (await Deno.readTextFile(source)).replace(from, to));
  const build = () => run(new URL("assembly/build/build.ts", root));
  const server = () => run(new URL("assembly/compiled/server.js", root), "--version");
  const builds = () => [...Deno.readDirSync(new URL("assembly/compiled/programs/", root))].length;
  try {
    for (const name of ["assembly", "src", "workers", "deno.json", "deno.lock"]) {
      await copyTree(new URL(name, ROOT), new URL(name, root));
    }
    await Deno.remove(new URL("assembly/compiled/programs", root), { recursive: true });
    await Deno.remove(new URL("assembly/compiled/server.js", root));
    assertMatch((await build()).said, /^bundled programs /m);
    assertEquals(await build(), { code: 0, out: "", said: "" });
    assertEquals((await server()).out, `millrace ${config.version}\n`);

    await edit("`millrace ${VERSION}`", "`changed ${VERSION}`");
    assertMatch((await build()).said, /^bundled programs /m);
    assertEquals([(await server()).out, builds()], [`changed ${config.version}\n`, 2]);

    for (const old of ["a", "b", "c"]) {
      const path = new URL(`assembly/compiled/programs/${old}`, root);
      await Deno.mkdir(path);
      await Deno.utime(path, 0, 0);
    }
    await edit("console.log(`changed ${VERSION}`)", 'throw new Error("on purpose")');
    await build();
    const line = (await Deno.readTextFile(source)).split("\n")
      .findIndex((each) => each.includes("on purpose")) + 1;
    const { code, said } = await server();
    assertEquals([code, builds()], [1, 4]); // these three, and one of the old ones
    assertMatch(said, new RegExp(`/src/cli/local/run_server\\.ts:${line}:`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
