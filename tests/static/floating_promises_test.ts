import { assertEquals } from "@std/assert";
import { findFloatingPromises } from "./floating_promises.ts";

const HEAD = `
declare function work(): Promise<number>;
declare function maybe(): Promise<number> | undefined;
declare function later(callback: () => void): void;
declare function laterAwaited(callback: () => void | Promise<void>): void;
declare function laterAny(callback: () => unknown): void;
declare const target: { onmessage: ((event: string) => void) | null };
class Thing {
  async #tell(): Promise<void> {}
  tick = async () => {};
  run() {
`;
const TAIL = "\n  }\n}\n";

/** A statement, and whether it leaves a promise alone. */
const ROWS: [statement: string, floats: boolean][] = [
  ["work();", true],
  ["void work();", true],
  ["work(), later(() => {});", true],
  ["maybe()?.then((n) => n);", true],
  ["work().then((n) => n, () => {});", true],
  ["work().catch(() => {});", true],
  ["(async () => { await work(); })();", true],
  ["if (later) this.#tell();", true],
  ["later === undefined || work();", true],
  ["later(() => this.#tell());", true],
  ["later(async () => { await work(); });", true],
  ["later(this.tick);", true],
  ["target.onmessage = () => work();", true],
  ["const callback: () => void = () => work(); later(callback);", true],
  ["const object: { end(): void } = { end: () => work() }; later(() => object.end());", true],
  ["return (async () => { await work(); })();", false],
  ["const promise = work(); return promise;", false],
  ["let promise; promise = work(); return promise;", false],
  ["return [work(), maybe()];", false],
  ["later(() => {});", false],
  ["later(() => { const promise = work(); return void promise.constructor; });", false],
  ["laterAwaited(() => this.#tell());", false],
  ["laterAny(() => work());", false],
  ["return work().then((n) => n);", false],
];

Deno.test("findFloatingPromises() finds promises that are left alone, and no others", () => {
  const files = ROWS.map(([statement], i) => [`/row${i}.ts`, HEAD + statement + TAIL] as const);
  const virtual = new Map(files.map(([name, text]) => [name, `export {};\n${text}`]));
  const found = findFloatingPromises({ roots: [...virtual.keys()], virtual });
  const floating = new Set(found.map(({ file }) => file));
  assertEquals(
    files.filter(([name]) => floating.has(name)).map(([name]) =>
      ROWS[Number(name.slice(4, -3))][0]
    ),
    ROWS.filter(([, floats]) => floats).map(([statement]) => statement),
  );
});
