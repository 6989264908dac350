import type { ByteReader } from "./byte_reader.ts";

const FUNCTIONS: Record<string, string> = {
  "env abort": "60047f7f7f7f00",
  "millrace drain": "60027f7f00",
  "millrace fail": "60027f7f00",
};

/** Those of them that do not return. */
const ENDING = ["env abort", "millrace fail"];

const EXPORTS: Record<string, string> = {
  mr_reserve: "60017f017f",
  mr_map: "60017f00",
  mr_configure: "60027f7f00",
  mr_combine: "60027f7f00",
  mr_finish: "60027f7f00",
};

/** Types as their bytes in hexadecimal digits. */
export function readTypeTexts(reader: ByteReader): string[] {
  const texts: string[] = [];
  for (let left = reader.count(); left > 0; left--) {
    let text = octetText(reader); // 60
    for (let list = 0; list < 2; list++) {
      const length = reader.count();
      text += length.toString(16).padStart(2, "0");
      for (let i = 0; i < length; i++) text += octetText(reader);
    }
    texts.push(text);
  }
  return texts;
}

function octetText(reader: ByteReader): string {
  return reader.octet().toString(16).padStart(2, "0");
}

/** The functions that a module imports. */
export interface Imported {
  types: string[];
  /** Those that never return. */
  ending: Set<number>;
}

/** Checks that memory 0 is the host's, memory 1 the leash, and all else a function of the ABI. */
export function checkImports(reader: ByteReader, types: string[], memoryPages: number): Imported {
  const imports = reader.count();
  reader.need(imports >= 2, "memories are missing");
  need(reader, "env memory", "0201");
  const least = reader.count();
  const most = reader.count();
  reader.need(least <= most && most === memoryPages, "the memory is not of the size that was set");
  need(reader, "millrace leash", "02030101");
  const functions: string[] = [];
  const ending = new Set<number>();
  const seen = new Set<string>();
  for (let i = 2; i < imports; i++) {
    const { position } = reader;
    const path = `${reader.ascii()} ${reader.ascii()}`;
    reader.need(
      !seen.has(path) && Object.hasOwn(FUNCTIONS, path),
      "an import is not allowed",
      position,
    );
    seen.add(path);
    reader.need(reader.octet() === 0, "an import is no function", position);
    const type = types[reader.count()];
    reader.need(type === FUNCTIONS[path], "an import has another type", position);
    if (ENDING.includes(path)) ending.add(functions.length);
    functions.push(type);
  }
  return { types: functions, ending };
}

function need(reader: ByteReader, path: string, digits: string): void {
  const { position } = reader;
  let found = `${reader.ascii()} ${reader.ascii()} `;
  for (let i = 0; i < digits.length; i += 2) found += octetText(reader);
  reader.need(found === `${path} ${digits}`, `the import is not ${path}`, position);
}

/** Types of what the exports may be about. */
export interface Exportable {
  imported: number;
  /** Types of all functions, imported ones first. */
  functions: string[];
  /** Types of globals: type of value and mutability, in hexadecimal digits. */
  globals: string[];
}

/** Checks the exports, and gives the functions among them. */
export function checkExports(reader: ByteReader, of: Exportable): Set<number> {
  const exported = new Set<number>();
  const seen = new Set<string>();
  for (let left = reader.count(); left > 0; left--) {
    const { position } = reader;
    const name = reader.ascii();
    reader.need(!seen.has(name), "a name is exported twice", position);
    seen.add(name);
    const kind = reader.octet();
    const index = reader.count();
    if (kind === 3) {
      reader.need(
        name === "mr_at" && of.globals[index] === "7f01",
        "an export is not allowed",
        position,
      );
      continue;
    }
    const isAllowed = kind === 0 && Object.hasOwn(EXPORTS, name) && index >= of.imported &&
      of.functions[index] === EXPORTS[name];
    reader.need(isAllowed, "an export is not allowed", position);
    exported.add(index);
  }
  return exported;
}

/** Checks the globals' initial values, and gives their types. */
export function checkGlobals(reader: ByteReader): string[] {
  const globals: string[] = [];
  for (let left = reader.count(); left > 0; left--) {
    globals.push(octetText(reader) + octetText(reader));
    passConstant(reader);
  }
  return globals;
}

export function checkTable(reader: ByteReader, tableEntries: number): void {
  for (let left = reader.count(); left > 0; left--) {
    reader.need(left === 1 && reader.octet() === 0x70, "a second table, or one of no functions");
    const flags = reader.octet();
    reader.need(flags <= 1 && reader.count() <= tableEntries, "a table is too large");
    if (flags === 1) reader.count();
  }
}

/** Segments of elements must be plain ones, of data plain or passive ones. */
export function checkSegments(reader: ByteReader, what: "elements" | "data"): void {
  for (let left = reader.count(); left > 0; left--) {
    const { position } = reader;
    const flags = reader.count();
    reader.need(flags <= (what === "data" ? 1 : 0), `a segment of ${what} is not plain`, position);
    if (flags === 0) passConstant(reader);
    const length = reader.count();
    if (what === "data") reader.pass(length);
    else for (let i = 0; i < length; i++) reader.count();
  }
}

function passConstant(reader: ByteReader): void {
  const { position } = reader;
  const opcode = reader.octet();
  if (opcode === 0x41) reader.leb(5);
  else if (opcode === 0x42) reader.leb(10);
  else if (opcode === 0x43) reader.pass(4);
  else if (opcode === 0x44) reader.pass(8);
  else if (opcode === 0xfd && reader.count() === 12) reader.pass(16);
  else reader.fail("an initial value is no constant", position);
  reader.need(reader.octet() === 0x0b, "an initial value is no single constant", position);
}
