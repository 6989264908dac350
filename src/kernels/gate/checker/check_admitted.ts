import { ByteReader } from "./byte_reader.ts";
import { type CheckedFunction, checkPolls } from "./check_polls.ts";
import {
  checkExports,
  checkGlobals,
  checkImports,
  checkSegments,
  checkTable,
  readTypeTexts,
} from "./check_sections.ts";
import { checkSilent } from "./check_silent.ts";
import { checkUnwinding } from "./check_unwinding.ts";
import { flatten } from "./flatten.ts";

/** Sections in their order: the one with the count of data comes before the code. */
const ORDER = [1, 2, 3, 4, 6, 7, 8, 9, 12, 10, 11];
const TABLE_ENTRIES = 4_096;

/**
 * Proves of a module that went through the gate, without any of the gate's code, that it has
 * nothing but what is allowed, and polls wherever it must: a second pair of eyes.
 *
 * @param memoryPages What its memory may grow to, exactly.
 * @throws {AdmissionFault} With the offset of what is wrong.
 */
export function checkAdmitted(bytes: Uint8Array, memoryPages = 1_024): void {
  const reader = new ByteReader(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  reader.need(reader.view.byteLength >= 8, "it is no module");
  const isModule = reader.view.getUint32(0) === 0x0061736d &&
    reader.view.getUint32(4) === 0x01000000;
  reader.need(isModule, "it is no module");
  reader.pass(8);
  const starts = findSections(reader);
  const enter = <T>(id: number, check: () => T): T | undefined => {
    const section = starts.get(id);
    if (!section) return undefined;
    reader.position = section.start;
    const result = check();
    reader.need(reader.position === section.end, `section ${id} does not end where it should`);
    return result;
  };
  const types = enter(1, () => readTypeTexts(reader)) ?? [];
  const imports = enter(2, () => checkImports(reader, types, memoryPages));
  if (!imports) return reader.fail("imports are missing");
  const { types: functions, ending } = imports;
  const imported = functions.length;
  enter(3, () => {
    for (let left = reader.count(); left > 0; left--) functions.push(types[reader.count()]);
  });
  enter(4, () => checkTable(reader, TABLE_ENTRIES));
  const globals = enter(6, () => checkGlobals(reader)) ?? [];
  const hostCalls = enter(7, () => checkExports(reader, { imported, functions, globals })) ??
    new Set<number>();
  enter(8, () => hostCalls.add(reader.count()));
  enter(9, () => checkSegments(reader, "elements"));
  enter(12, () => reader.count());
  enter(11, () => checkSegments(reader, "data"));
  const bodies = enter(10, () => checkBodies(reader)) ?? [];
  reader.need(bodies.length === functions.length - imported, "a function has no body, or two");
  checkSilent(reader, { imported, ending, hostCalls, bodies });
  checkUnwinding(reader, imported, bodies);
}

/** Where each section begins and ends. */
function findSections(reader: ByteReader): Map<number, { start: number; end: number }> {
  const sections = new Map<number, { start: number; end: number }>();
  let place = -1;
  while (reader.position < reader.view.byteLength) {
    const { position } = reader;
    const id = reader.octet();
    const next = ORDER.indexOf(id);
    reader.need(next > place, `section ${id} is not allowed here`, position);
    place = next;
    const size = reader.count();
    const start = reader.position;
    reader.pass(size);
    sections.set(id, { start, end: reader.position });
  }
  return sections;
}

function checkBodies(reader: ByteReader): CheckedFunction[] {
  const bodies: CheckedFunction[] = [];
  for (let left = reader.count(); left > 0; left--) {
    const size = reader.count();
    const end = reader.position + size;
    for (let groups = reader.count(); groups > 0; groups--) {
      reader.count();
      reader.octet();
    }
    bodies.push(checkPolls(reader, flatten(reader, end)));
  }
  return bodies;
}
