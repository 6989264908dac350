/** `(module (func (export "f") unreachable))` */
// deno-fmt-ignore: in rows, as they belong together
const UNREACHABLE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0,
  10, 5, 1, 3, 0, 0, 11,
]);

/** Traps, as a kernel does. @throws {WebAssembly.RuntimeError} */
export function trap(): never {
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(UNREACHABLE)).exports;
  (f as () => never)();
  throw new Error("unreachable");
}
