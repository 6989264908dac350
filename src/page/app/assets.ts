import { digest } from "../../digest.ts";

/** A file that the page loads, as browsers get it. */
export interface PageAsset {
  /** With a hash of its content, as in `app.0123….js`: under one name there is one content, ever. */
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

/**
 * Reads the scripts and the style of the page. A script imports others by the names that browsers
 * know them by, so that what it imports changes its own name, too; no bundler is needed.
 */
export async function readAssets(): Promise<PageAssets> {
  const files = new AssetFiles();
  const entry = await files.addScript(ENTRY);
  const sheet = await Deno.readTextFile(new URL(STYLE, CLIENT));
  const style = await files.add("style", "css", "text/css; charset=utf-8", sheet);
  return { byName: files.byName, scripts: files.scriptsOf(entry), style };
}

class AssetFiles {
  readonly byName = new Map<string, PageAsset>();
  /** Names of scripts by what imports call them. */
  readonly #named = new Map<string, string>();
  /** What each script imports at once, by names; a script stands behind all that it imports. */
  readonly #needs = new Map<string, string[]>();

  async add(stem: string, ending: string, contentType: string, text: string): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    const name = `${stem}.${await digest(bytes)}.${ending}`;
    this.byName.set(name, { name, contentType, bytes });
    return name;
  }

  /**
   * Adds a script and all that it imports.
   *
   * @param way From the first script to the one that imports it.
   * @throws {Error} If scripts import each other in a circle, which leaves none to be named first.
   */
  async addScript(specifier: string, way: readonly string[] = []): Promise<string> {
    const known = this.#named.get(specifier);
    if (known !== undefined) return known;
    const further = [...way, specifier];
    if (way.includes(specifier)) throw new Error(`Cannot name scripts: ${further.join(" → ")}`);
    const { stem, text } = await readScript(specifier);
    for (const [, , target] of [...text.matchAll(IMPORT), ...text.matchAll(LATER)]) {
      await this.addScript(target, further);
    }
    const place = (_: string, head: string, target: string) =>
      `${head}"./${this.#named.get(target)}"`;
    const placed = text.replaceAll(IMPORT, place).replaceAll(LATER, place);
    const name = await this.add(stem, "js", "text/javascript; charset=utf-8", placed);
    this.#named.set(specifier, name);
    const needs = [...text.matchAll(IMPORT)].map(([, , target]) => this.#named.get(target)!);
    this.#needs.set(name, needs);
    return name;
  }

  /** A script and all that it imports at once, in the order in which they can run. */
  scriptsOf(entry: string): string[] {
    const needed = new Set<string>();
    const need = (name: string) => {
      needed.add(name);
      this.#needs.get(name)!.forEach(need);
    };
    need(entry);
    return [...this.#needs.keys()].filter((name) => needed.has(name));
  }
}

/** A script of the page's own folder, or the module of a package, without comments. */
async function readScript(specifier: string): Promise<{ stem: string; text: string }> {
  const packed = PACKAGES[specifier];
  const url = packed ? import.meta.resolve(specifier) : new URL(specifier, CLIENT);
  const text = await Deno.readTextFile(new URL(url));
  const stem = packed?.name ?? specifier.slice("./".length, -".js".length);
  return { stem, text: `${text}\n`.replaceAll(COMMENTS, "") };
}
