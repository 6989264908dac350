import { assert, assertEquals } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { DENO_VERSION } from "../../src/package/manifest.ts";
import { stagePackage } from "../../src/package/stage_package.ts";
import { ROOT } from "../support/guides.ts";

/** Modules that a text imports, and files that it finds beside itself. */
const IMPORTS = /(?:from |import\(|new URL\((?=[^)]*import\.meta\.url))"([^"]+)"/g;

async function readJson(path: string, base: URL) {
  return JSON.parse(await Deno.readTextFile(new URL(path, base)));
}

async function* walk(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* walk(new URL(`${name}/`, folder));
    else yield new URL(name, folder);
  }
}

Deno.test("the package has programs, kernels, guides and a library, and pins all that they import", async (t) => {
  const path = await Deno.makeTempDir({ prefix: "millrace-staged-" });
  const folder = new URL(`file://${path}/`);
  try {
    await stagePackage(folder);
    const files = (await Array.fromAsync(walk(folder))).map(({ href }) =>
      href.slice(folder.href.length)
    );

    await t.step("files", () => {
      const needed = [
        "package.json",
        "deno.json",
        "deno.lock",
        "README.md",
        "LICENSE",
        "bin/millrace.js",
        "man/millrace.1",
        "src/main.ts",
        "src/kernels/compiler/launch.sh",
        "assembly/sdk/index.ts",
        "assembly/compiled/words.wasm",
        "assembly/compiled/server.js",
        "assembly/compiled/millrace.js",
        "assembly/compiled/library/csv-group.wasm",
        ".github/CHANGELOG.md",
        "dist/src/mod.js",
        "dist/src/client/mod.d.ts",
        "dist/workers/worker_entry.js",
        "dist/src/local.js",
        "dist/src/package/local_in_node.js",
        "dist/workers/try_worker.js",
        "dist/src/each/each_thread.js",
        "dist/src/listeners/listener_thread.js",
      ];
      assertEquals(needed.filter((each) => !files.includes(each)), []);
      assertEquals(
        files.filter((each) => /^src\/package|_faults|\/fingerprint$|\.py$/.test(each)),
        [],
      );
    });

    await t.step("every version is exact, and that of deno.json", async () => {
      const { name, version, bin, man, dependencies } = await readJson("package.json", folder);
      assertEquals([name, version], [config.name, config.version]);
      assertEquals(bin, { millrace: "bin/millrace.js" });
      assertEquals(man, ["man/millrace.1"]);
      const { deno, ...others } = dependencies;
      assertEquals(deno, DENO_VERSION);
      for (const [name, version] of Object.entries(others)) {
        const pinned = Object.values(config.imports).some((each) =>
          each.startsWith(`npm:${name}@${version}`)
        );
        assert(pinned && /^\d+\.\d+\.\d+$/.test(version as string), `${name}@${version}`);
      }
      const { imports } = await readJson("deno.json", folder);
      for (const [name, target] of Object.entries(imports)) {
        assertEquals(target, config.imports[name as keyof typeof config.imports]);
      }
      assert("hono" in imports && !("echarts" in imports), Object.keys(imports).join());
    });

    await t.step("the lock file is a part of that of the repository", async () => {
      const [part, whole] = [
        await readJson("deno.lock", folder),
        await readJson("deno.lock", ROOT),
      ];
      const packages = Object.entries<{ integrity: string }>(part.npm);
      assert(packages.length > 10 && packages.length < Object.keys(whole.npm).length);
      for (const [name, { integrity }] of packages) {
        assertEquals(integrity, whole.npm[name]?.integrity, name);
      }
    });

    await t.step("JavaScript and declarations import what is there", async () => {
      const { dependencies } = await readJson("package.json", folder);
      let seen = 0;
      for (const file of files.filter((each) => /^dist\/.*\.(js|d\.ts)$/.test(each))) {
        const text = (await Deno.readTextFile(new URL(file, folder)))
          .replaceAll(/\/\*[^]*?\*\//g, "");
        for (const [, target] of text.matchAll(IMPORTS)) {
          seen++;
          const name = /^(?:@[^/]+\/)?[^/]+/.exec(target)![0];
          const found = target.startsWith(".")
            ? !/\.ts$/.test(target) && await isThere(target, new URL(file, folder))
            : /^node:|^millrace(\/|$)/.test(target) || // the latter in texts of kernels
              Object.hasOwn(dependencies, name);
          assert(found, `${file} imports ${target}`);
        }
      }
      assert(seen > 300, `${seen} imports`);
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Declarations alone have no JavaScript where they declare types alone. */
async function isThere(target: string, base: URL): Promise<boolean> {
  const url = new URL(target, base);
  const all = [url, new URL(url.href.replace(/\.js$/, ".d.ts"))];
  const found = await Promise.all(all.map((each) => Deno.stat(each).then(() => true, () => false)));
  return found.includes(true);
}

Deno.test("the package brings the Deno that the tests run in", async () => {
  const script = await Deno.readTextFile(new URL(".ci/run", ROOT));
  assertEquals(/^DENO=(.*)$/m.exec(script)?.[1], DENO_VERSION);
});
