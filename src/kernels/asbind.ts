import * as asBind from "as-bind";

/** What as-bind hands to a converter. */
interface BoundInstance {
  exports: {
    memory: WebAssembly.Memory;
    __new(bytes: number, typeId: number): number;
  };
  getTypeId(typeName: string): number;
}

/**
 * Replaces as-bind's converter of strings, which has the class id of AssemblyScript 0.19 built in;
 * 0.28 has another. This one takes the id from the module's section, and copies strings out of the
 * memory first, since a TextDecoder may refuse shared views.
 */
asBind.converters.set("~lib/string/String", {
  ascToJs({ exports }: BoundInstance, pointer: number): string {
    const bytes = new DataView(exports.memory.buffer).getUint32(pointer - 4, true);
    const copy = new Uint8Array(exports.memory.buffer, pointer, bytes).slice();
    return new TextDecoder("utf-16le").decode(copy);
  },
  jsToAsc(instance: BoundInstance, text: string, typeName: string): number {
    const { exports } = instance;
    const pointer = exports.__new(text.length * 2, instance.getTypeId(typeName));
    const units = new Uint16Array(exports.memory.buffer, pointer, text.length);
    for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
    return pointer;
  },
});

/**
 * Binds the exports of a kernel on a small memory of its own, so that strings cross without touching
 * the engine's memory. For descriptions and options, never for texts or keys.
 *
 * @throws {TypeError} If the module carries no as-bind section.
 */
export async function bindKernel<T>(binary: Uint8Array<ArrayBuffer>): Promise<T> {
  const module = await WebAssembly.compile(binary);
  if (WebAssembly.Module.customSections(module, "as-bind_bindings").length !== 1) {
    throw new TypeError("Cannot bind kernel: it has no as-bind section, rebuild it");
  }
  const memory = new WebAssembly.Memory({ initial: 64, maximum: 65536, shared: true });
  const bound = await asBind.instantiate(binary, { env: { memory } });
  return bound.exports as T;
}
