import asc from "assemblyscript/asc";
import { readIfThere, ROOT } from "../../assembly/build/build_files.ts";
import { PAGE_BYTES } from "../../assembly/layout.ts";
import type { Found, RegexTables } from "../../src/records/regex/regex_tables.ts";

interface Exports {
  memory: WebAssembly.Memory;
  findRegex(tables: number, from: number, to: number): number;
  testRegex(tables: number, from: number, to: number): number;
  regexStart: WebAssembly.Global;
  regexEnd: WebAssembly.Global;
}

const TABLES = PAGE_BYTES;
const FLAGS = ["-O3", "--noAssert", "--runtime", "stub", "--initialMemory", "64"];

/** The kernel's walker of regular expressions, by itself. */
export class RegexModule {
  readonly #exports: Exports;
  #text = TABLES;

  private constructor(exports: Exports) {
    this.#exports = exports;
  }

  /** @param features `["--enable", "simd"]`, or none for what it is without. */
  static async compile(features: readonly string[]): Promise<RegexModule> {
    let binary: Uint8Array<ArrayBuffer> | undefined;
    const { error, stderr } = await asc.main(
      ["assembly/records/regex.ts", "--outFile", "regex.wasm", ...FLAGS, ...features],
      {
        readFile: (name, base) => readIfThere(new URL(`${base}/${name}`, ROOT)),
        writeFile: (name, contents) => {
          if (name === "regex.wasm") binary = contents as Uint8Array<ArrayBuffer>;
        },
        listFiles: () => [],
      },
    );
    if (error || !binary) {
      throw new Error(`asc: ${stderr.toString()}`, { cause: error ?? undefined });
    }
    const { instance } = await WebAssembly.instantiate(binary, {
      env: { abort: () => {} },
    });
    return new RegexModule(instance.exports as unknown as Exports);
  }

  /** The tables that find() and test() walk from now on. */
  load(tables: RegexTables): void {
    const bytes = tables.toBytes();
    new Uint8Array(this.#exports.memory.buffer).set(bytes, TABLES);
    this.#text = TABLES + bytes.length;
  }

  find(text: Uint8Array): Found | null {
    const { from, to } = this.#write(text);
    if (!this.#exports.findRegex(TABLES, from, to)) return null;
    const { regexStart, regexEnd } = this.#exports;
    return { start: regexStart.value - from, end: regexEnd.value - from };
  }

  test(text: Uint8Array): boolean {
    const { from, to } = this.#write(text);
    return this.#exports.testRegex(TABLES, from, to) !== 0;
  }

  /** Bytes that match much stand on both sides: to read them gives another answer. */
  #write(text: Uint8Array) {
    const memory = new Uint8Array(this.#exports.memory.buffer);
    memory.fill(0x61, this.#text, this.#text + text.length + 64);
    memory.set(text, this.#text + 16);
    return { from: this.#text + 16, to: this.#text + 16 + text.length };
  }
}
