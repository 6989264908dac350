import { digest } from "../../digest.ts";

/** A file that the page loads, as browsers get it. */
export interface PageAsset {
  /** Below a hash of all files, as in `0123…/app.js`: under one name there is one content, ever. */
  name: string;
  /** With its charset. */
  contentType: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Every file that the page loads. */
export interface PageAssets {
  byName: ReadonlyMap<string, PageAsset>;
  /** Names of the scripts of the first view, each behind those it imports; the last is the page's. */
  scripts: readonly string[];
  /** Name of the style sheet. */
  style: string;
}

const CLIENT = new URL("client/", import.meta.url);
const ENTRY = "./app.js";
const STYLE = "style.css";
const SCRIPT_TYPE = "text/javascript; charset=utf-8";

/**
 * Packages that the scripts import, and what they are called here. The functions are never called:
 * they make Deno fetch the packages with the server's own, so that they resolve to files.
 */
const PACKAGES: Record<string, { name: string; load: () => Promise<unknown> }> = {
  "htm/preact/standalone": { name: "htm_preact", load: () => import("htm/preact/standalone") },
  "eventsource-parser": { name: "event_parser", load: () => import("eventsource-parser") },
};

/** What a script imports at once: each statement begins a line. */
const IMPORT = /^((?:import|export)\s[^;"]*?\bfrom\s+)"([^"]+)"/gm;

/** What it imports when it needs it. */
const LATER = /\b(import\()"([^"]+)"(?=\))/g;

/** Comments about code and types, those of whole lines, and where a package has its source map. */
const COMMENTS = /[ \t]*\/\*\*[^]*?\*\/\n*|^[ \t]*\/\/.*\n+/gm;

/** Texts of scripts have no line that begins with a blank. */
const INDENTS = /^[ \t]+/gm;

/**
 * Reads the scripts and the style of the page. Their names change together, so that scripts may
 * import each other by the names that they have in the repository: a hash in each import would weigh
 * more than what browsers keep of one version for the next. No bundler is needed.
 */
export async function readAssets(): Promise<PageAssets> {
  const scripts = new Scripts();
  await scripts.add(ENTRY);
  const sheet = await Deno.readTextFile(new URL(STYLE, CLIENT));
  const files = [
    ...scripts.files.map(({ name, text }) => ({ name, text, contentType: SCRIPT_TYPE })),
    { name: STYLE, text: sheet, contentType: "text/css; charset=utf-8" },
  ];
  const version = await digest(files.map(({ name, text }) => `${name}\n${text}`).join("\n"));
  const placed = files.map(({ name, text, contentType }) => {
    const bytes = new TextEncoder().encode(text);
    return { name: `${version}/${name}`, contentType, bytes };
  });
  return {
    byName: new Map(placed.map((file) => [file.name, file])),
    scripts: scripts.neededBy(ENTRY).map((name) => `${version}/${name}`),
    style: `${version}/${STYLE}`,
  };
}

interface Script {
  name: string;
  text: string;
  /** What it imports at once, by specifiers. */
  needs: string[];
}

/** Scripts by their specifiers, each behind those it imports. */
class Scripts {
  readonly #scripts = new Map<string, Script>();
  readonly #begun = new Set<string>();

  get files(): Script[] {
    return [...this.#scripts.values()];
  }

  /** Adds a script and all that it imports. */
  async add(specifier: string): Promise<void> {
    if (this.#begun.has(specifier)) return;
    this.#begun.add(specifier);
    const name = nameOf(specifier);
    const text = await readScript(specifier);
    const needs = [...text.matchAll(IMPORT)].map(([, , target]) => target);
    const later = [...text.matchAll(LATER)].map(([, , target]) => target);
    for (const target of [...needs, ...later]) await this.add(target);
    const place = (_: string, head: string, target: string) => `${head}"./${nameOf(target)}"`;
    const placed = text.replaceAll(IMPORT, place).replaceAll(LATER, place);
    this.#scripts.set(specifier, { name, text: placed, needs });
  }

  /** Names of a script and of all that it imports at once, in the order in which they can run. */
  neededBy(entry: string): string[] {
    const needed = new Set<string>();
    const need = (specifier: string) => {
      if (needed.has(specifier)) return;
      needed.add(specifier);
      this.#scripts.get(specifier)!.needs.forEach(need);
    };
    need(entry);
    return [...this.#scripts.keys()].filter((each) => needed.has(each)).map(nameOf);
  }
}

/** What a script is called on the server, as `app.js`. */
function nameOf(specifier: string): string {
  return PACKAGES[specifier] ? `${PACKAGES[specifier].name}.js` : specifier.slice("./".length);
}

/** A script of the page's own folder, or the module of a package, without comments and indents. */
async function readScript(specifier: string): Promise<string> {
  const url = PACKAGES[specifier] ? import.meta.resolve(specifier) : new URL(specifier, CLIENT);
  const text = await Deno.readTextFile(new URL(url));
  return `${text}\n`.replaceAll(COMMENTS, "").replaceAll(INDENTS, "");
}
