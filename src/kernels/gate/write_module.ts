import { POLL } from "./abi.ts";
import type { Range } from "./module_shape.ts";
import type { WalkedBody } from "./walk_body.ts";
import { Section, SECTION_ORDER, type WalkedModule } from "./read_module.ts";

/** Bytes of a module in the making: pieces of the old one are not copied until the end. */
class Pieces {
  readonly pieces: Uint8Array[] = [];
  length = 0;

  add(piece: Uint8Array): this {
    this.pieces.push(piece);
    this.length += piece.length;
    return this;
  }

  u32(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    do {
      const more = rest >= 0x80 ? 0x80 : 0;
      bytes.push((rest & 0x7f) | more);
      rest >>>= 7;
    } while (rest > 0);
    return this.add(Uint8Array.from(bytes));
  }

  name(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.u32(bytes.length).add(bytes);
  }

  /** Other pieces, with their length before them. */
  sized({ length, pieces }: Pieces): this {
    this.u32(length);
    for (const piece of pieces) this.add(piece);
    return this;
  }

  join(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const piece of this.pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }
}

const FUNCTION = 0x00;
const MEMORY = 0x02;
const GLOBAL = 0x03;

/**
 * Writes a module anew: its memory as import 0, the leash as import 1, then its functions; polls in
 * its code; exports of ABI 1 only; no custom sections. Indices stay as they are.
 *
 * @param memoryPages What the memory may grow to.
 */
export function writeModule(
  bytes: Uint8Array,
  module: WalkedModule,
  memoryPages: number,
): Uint8Array<ArrayBuffer> {
  const out = new Pieces().add(bytes.subarray(0, 8));
  for (const id of SECTION_ORDER) {
    const contents = contentsOf(id, bytes, module, memoryPages);
    if (contents) out.add(Uint8Array.of(id)).sized(contents);
  }
  return out.join();
}

function contentsOf(
  id: Section,
  bytes: Uint8Array,
  module: WalkedModule,
  memoryPages: number,
): Pieces | undefined {
  if (id === Section.Import) return writeImports(module, memoryPages);
  if (id === Section.Memory) return undefined;
  const range = module.sections.get(id);
  if (!range) return undefined;
  if (id === Section.Export) return writeExports(module);
  if (id === Section.Code) return writeCode(bytes, module);
  return new Pieces().add(slice(bytes, range));
}

function slice(bytes: Uint8Array, { start, end }: Range): Uint8Array {
  return bytes.subarray(start, end);
}

function writeImports({ shape }: WalkedModule, memoryPages: number): Pieces {
  const out = new Pieces().u32(2 + shape.imports.length);
  out.name("env").name("memory").add(Uint8Array.of(MEMORY, 0x01));
  out.u32(shape.memoryPages ?? 0).u32(memoryPages);
  out.name("millrace").name("leash").add(Uint8Array.of(MEMORY, 0x03)).u32(1).u32(1); // shared
  for (const { module, name, type } of shape.imports) {
    out.name(module).name(name).add(Uint8Array.of(FUNCTION)).u32(type);
  }
  return out;
}

function writeExports({ shape }: WalkedModule): Pieces {
  const out = new Pieces().u32(shape.exports.length);
  for (const { name, kind, index } of shape.exports) {
    out.name(name).add(Uint8Array.of(kind === "function" ? FUNCTION : GLOBAL)).u32(index);
  }
  return out;
}

function writeCode(bytes: Uint8Array, { bodies }: WalkedModule): Pieces {
  const out = new Pieces().u32(bodies.length);
  for (const body of bodies) out.sized(new Pieces().add(writeBody(bytes, body)));
  return out;
}

function writeBody(bytes: Uint8Array, { start, end, polls }: WalkedBody): Uint8Array {
  const body = new Uint8Array(end - start + polls.length * POLL.length);
  let from = start;
  let to = 0;
  for (const at of polls) {
    body.set(bytes.subarray(from, at), to);
    to += at - from;
    body.set(POLL, to);
    to += POLL.length;
    from = at;
  }
  body.set(bytes.subarray(from, end), to);
  return body;
}
