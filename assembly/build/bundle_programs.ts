import type { Plugin } from "esbuild";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isPutIn, readLicenses } from "./put_in_packages.ts";
import { digestOf, listFiles, readIfThere, ROOT, writeAtomically } from "./build_files.ts";

/** What is bundled, by the name of the file that starts it. */
const PROGRAMS = { "server.js": "src/main.ts", "millrace.js": "src/cli/millrace.ts" };

/** Where the modules of programs are, and what is no module of theirs there. */
const SOURCES = ["src/", "workers/", "assembly/"];
const APART = ["compiled", "library", "sdk"];

/** The folder of a build below the output, and the way from there to the repository. */
const BUILDS = "programs/";
const TO_ROOT = "../../../../";
/** Where that is, as esbuild and the maps of sources see it. */
const PLACE = "assembly/compiled/programs/build";

/** A server loads parts of its build late: it can, unless so many builds have followed. */
const KEPT_BUILDS = 4;

/**
 * Puts the modules of each program into a few files of JavaScript, which start sooner and take less
 * memory than the many: what a program imports late stays in files of its own. The packages that
 * every start needs go in as well; others are left to Deno. Threads and the compiler of kernels run
 * the sources. Each build has a folder of its own.
 *
 * @returns Whether anything was bundled.
 */
export async function bundlePrograms(output: URL, force: boolean): Promise<boolean> {
  const build = (await fingerprint()).slice(0, 16);
  const folder = new URL(`${BUILDS}${build}/`, output);
  const starts = Object.keys(PROGRAMS).map((name) => ({
    path: new URL(name, output),
    text: `import "./${BUILDS}${build}/${name}";\n`,
  }));
  const found = await Promise.all(starts.map(({ path }) => readIfThere(path)));
  if (!force && starts.every(({ text }, i) => found[i] === text)) return false;
  const started = performance.now();
  await Deno.mkdir(folder, { recursive: true });
  const files = await bundleAll();
  for (const { name, contents } of files) await writeAtomically(new URL(name, folder), contents);
  for (const { path, text } of starts) await writeAtomically(path, new TextEncoder().encode(text));
  await removeOldBuilds(new URL(BUILDS, output), build);
  const ms = Math.round(performance.now() - started);
  console.error(`bundled programs  ${files.length} files  ${ms} ms`);
  return true;
}

/** A digest of everything that decides what the bundler writes. */
async function fingerprint(): Promise<string> {
  const folders = SOURCES.map((path) => listFiles(new URL(path, ROOT), [".ts", ".json"], APART));
  const files = [...(await Promise.all(folders)).flat(), new URL("deno.json", ROOT)];
  return await digestOf([], files);
}

/** Each program by itself: what two programs share would be cut into many more files. */
async function bundleAll(): Promise<{ name: string; contents: Uint8Array }[]> {
  // Loading the bundler takes longer than finding out that there is nothing to bundle.
  const { build, stop } = await import("esbuild");
  const root = fileURLToPath(ROOT);
  try {
    const bundles = Object.entries(PROGRAMS).map(([name, entry]) =>
      build({
        absWorkingDir: root,
        entryPoints: { [name.replace(".js", "")]: entry },
        outdir: PLACE,
        write: false,
        bundle: true,
        splitting: true,
        format: "esm",
        target: "esnext",
        packages: "external",
        minifyWhitespace: true,
        legalComments: "none",
        sourcemap: "linked",
        sourcesContent: false, // the sources are there
        preserveSymlinks: true, // their paths begin as that of this module does
        plugins: [FIND_PACKAGES, KEEP_URLS],
      })
    );
    const files = (await Promise.all(bundles)).flatMap(({ outputFiles }) => outputFiles);
    const start = `${root}${PLACE}/`.length;
    const bundled = files.map(({ path, contents }) => ({ name: path.slice(start), contents }));
    return [...bundled, { name: "LICENSES", contents: await readLicenses() }];
  } finally {
    await stop();
  }
}

/** Finds these packages as Deno does; esbuild knows no import map. */
const FIND_PACKAGES: Plugin = {
  name: "find packages",
  setup({ onResolve }) {
    onResolve({ filter: /^[^.]/ }, ({ path }) => {
      if (isPutIn(path)) return { path: fileURLToPath(import.meta.resolve(path)) };
    });
  },
};

/** Modules find threads, kernels and pages by URLs of their own, which are those of the sources. */
const KEEP_URLS: Plugin = {
  name: "keep URLs",
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await Deno.readTextFile(path);
      const place = pathToFileURL(path).href.slice(ROOT.href.length);
      const url = `new URL("${TO_ROOT}${place}", import.meta.url).href`;
      return { contents: text.replaceAll("import.meta.url", url), loader: "ts" };
    });
  },
};

async function removeOldBuilds(builds: URL, current: string): Promise<void> {
  const others: { path: URL; time: number }[] = [];
  for await (const { name } of Deno.readDir(builds)) {
    const path = new URL(`${name}/`, builds);
    if (name !== current) others.push({ path, time: (await Deno.stat(path)).mtime!.getTime() });
  }
  const old = others.sort((a, b) => b.time - a.time).slice(KEPT_BUILDS - 1);
  for (const { path } of old) await Deno.remove(path, { recursive: true });
}
