import { assertEquals, assertStringIncludes } from "@std/assert";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { checkAdmitted } from "../../../src/kernels/gate/checker/check_admitted.ts";
import { AdmissionFault } from "../../../src/kernels/gate/checker/byte_reader.ts";
import {
  BLOCK,
  branch,
  call,
  custom,
  END,
  HEADER,
  I32,
  i32,
  IF,
  LOOP,
  section,
  UNREACHABLE,
} from "../../support/modules/binary.ts";
import {
  IDLE,
  kernelModule,
  kernelSections,
  type ModuleSpec,
  T_NONE,
} from "../../support/modules/kernel_module.ts";
import { refusalOf } from "../../support/modules/refusals.ts";

const withCode = (code: number[]): Uint8Array =>
  kernelModule({ functions: [...IDLE, { type: T_NONE, code }] });

function assemble(sections: number[][]): Uint8Array {
  return Uint8Array.from([...HEADER, ...sections.flat()]);
}

/** The parts of the least kernel, with one section replaced, found by its number. */
function withSection(id: number, bytes: number[], spec: ModuleSpec = {}): Uint8Array {
  return assemble(kernelSections(spec).map((one) => one[0] === id && one.length > 0 ? bytes : one));
}

const INVALID_NAME = [2, 0xc3, 0x28];

const MALFORMED: [reason: string, bytes: Uint8Array][] = [
  ["it ends early", new Uint8Array()],
  ["no WebAssembly module", Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)],
  ["no WebAssembly module", Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0)], // a component
  ["it ends early", Uint8Array.from([...HEADER, 1])],
  ["bytes exceed what is left", Uint8Array.from([...HEADER, 1, 5, 0])],
  ["a section 0x0d is not admitted", Uint8Array.from([...HEADER, 13, 1, 0])],
  ["a section 0x0e is not admitted", Uint8Array.from([...HEADER, 14, 1, 0])],
  ["a section 0xff is not admitted", Uint8Array.from([...HEADER, 255, 1, 0])],
  ["section 1 is out of order", assemble([section(1, [0]), section(1, [0])])],
  ["section 1 is out of order", assemble([section(3, [0]), section(1, [0])])],
  ["section 9 is out of order", assemble([section(1, [0]), section(12, [0]), section(9, [0])])],
  ["section 1 ends before its size says", withSection(1, section(1, [0, 0]))],
  ["it ends early", assemble([section(1, [5])])], // a count that lies
  ["4294967295 types exceed", assemble([section(1, [0xff, 0xff, 0xff, 0xff, 0x0f])])],
  ["a number exceeds 32 bits", assemble([section(1, [0xff, 0xff, 0xff, 0xff, 0x1f])])],
  ["a number exceeds 32 bits", assemble([section(1, [0x80, 0x80, 0x80, 0x80, 0x80, 0x00])])],
  ["a number exceeds 32 bits", Uint8Array.from([...HEADER, 1, 0x80, 0x80, 0x80, 0x80, 0x10])],
  ["a type of the form 0x5f", assemble([section(1, [1, 0x5f, 0])])], // a struct
  ["a type of the form 0x4e", assemble([section(1, [1, 0x4e, 0])])], // a group
  ["there is no type 7", withSection(3, section(3, [1, 7]))],
  ["2 functions have 1 bodies", withSection(10, section(10, [1, 2, 0, END]))],
  [
    "2 functions have 4294967295 bodies",
    withSection(10, section(10, [0xff, 0xff, 0xff, 0xff, 0x0f])),
  ],
  ["2 functions have 0 bodies", assemble(kernelSections().filter(([id]) => id !== 10))],
  ["bytes exceed what is left", withSection(10, section(10, [2, 99, 0, END]))],
  ["it ends early", withSection(10, section(10, [2, 0]))], // a body without anything
  ["it ends early", withSection(10, section(10, [2, 1, 0, 1, 0]))], // without an end
  ["a function's body ends before its size says", withCode([END])],
  ["a function's body ends before its size says", withCode([...BLOCK, END, END, 1])],
  ["it ends early", withCode(BLOCK)],
  ["it ends early", withCode([...LOOP, ...IF, END])],
  ["it ends early", withCode([0x41])],
  ["an else has no if", withCode([0x05])],
  ["an else has no if", withCode([...BLOCK, 0x05, END])],
  ["an else has no if", withCode([...i32(0), ...IF, 0x05, 0x05, END])],
  ["there is no label 1", withCode(branch(1))],
  ["there is no label 2", withCode([...BLOCK, ...branch(2), END])],
  ["there is no label 4294967295", withCode([0x0c, 0xff, 0xff, 0xff, 0xff, 0x0f])],
  ["there is no label 3", withCode([UNREACHABLE, 0x0e, 1, 0, 3])],
  ["there is no label 127", withCode([UNREACHABLE, 0x0e, 1, 0, 0x7f, 1, 1])],
  ["there is no function 3", withCode(call(3))],
  ["there is no local 0", withCode([0x20, 0])],
  ["there is no global 0", withCode([0x23, 0])],
  ["there is no type 5", withCode([0x02, 0x05, END])],
  ["a block's type is not admitted", withCode([0x02, 0x70, END])],
  ["a block's type is not admitted", withCode([0x02, 0xff, 0x7f, END])], // i32, padded
  ["a block's type is not admitted", withCode([0x02, 0x80, 0x80, 0x80, 0x80, 0x70, END])],
  ["a number exceeds 32 bits", withCode([0x41, 0xff, 0xff, 0xff, 0xff, 0x0f])],
  ["a number exceeds 32 bits", withCode([0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00])],
  ["a number exceeds 64 bits", withCode([0x42, ...new Array(9).fill(0x80), 0x01])],
  ["a number exceeds 64 bits", withCode([0x42, ...new Array(10).fill(0x80), 0x00])],
  ["an alignment of 2^5", withCode([0x28, 5, 0])],
  ["there is no lane 16", withCode([UNREACHABLE, 0xfd, 0x15, 16])],
  ["there is no lane 32", withCode([UNREACHABLE, 0xfd, 0x0d, ...new Array(16).fill(32)])],
  [
    "4294967296 locals exceed",
    withSection(
      10,
      section(10, [
        2,
        8,
        1,
        0xff,
        0xff,
        0xff,
        0xff,
        0x0f,
        I32,
        END,
      ]),
    ),
  ],
  ["type 0x00 is not admitted", withSection(10, section(10, [2, 4, 1, 1, 0, END]))],
  ["a name is not UTF-8", withSection(7, section(7, [1, ...INVALID_NAME, 0, 0]))],
  ["a name is not UTF-8", assemble([section(1, [0]), section(2, [1, ...INVALID_NAME, 0])])],
  ["a name is not UTF-8", assemble([section(0, INVALID_NAME)])],
  ["a name is not UTF-8", withSection(7, section(7, [1, 3, 0xed, 0xa0, 0x80, 0, 0]))], // surrogate
  ["bytes exceed what is left", assemble([section(0, [9, 0x61])])],
  ["it ends early", assemble([section(0, [])])],
  ["a second custom section", assemble([...kernelSections(), custom("millrace", [])])],
  [
    "manifest: it is no JSON",
    assemble([
      ...kernelSections({ manifest: null }),
      custom("millrace", [0x7b]),
    ]),
  ],
  [
    "manifest: it is no JSON",
    assemble([
      ...kernelSections({ manifest: null }),
      custom("millrace", [0x22, 0xff, 0x22]),
    ]),
  ],
];

Deno.test("admitModule() refuses malformed modules with a reason", () => {
  for (const [reason, bytes] of MALFORMED) {
    const refusal = refusalOf(bytes);
    assertEquals(refusal.code, "kernel_refused");
    assertStringIncludes(refusal.reason, reason);
    assertEquals(typeof refusal.offset, "number");
  }
});

Deno.test("admitModule() refuses every cut of a module", () => {
  const bytes = kernelModule({
    imports: [{ module: "millrace", name: "drain", type: 3 }],
    table: 2,
    globals: [[I32, 1, ...i32(0), END]],
    elements: [[0, ...i32(0), END, 1, 1]],
    dataCount: 1,
    data: [[0, ...i32(0), END, 1, 65]],
  });
  admitModule(bytes);
  for (let length = 0; length < bytes.length; length++) refusalOf(bytes.subarray(0, length));
});

Deno.test("the second checker answers every cut of an admitted module with a fault", () => {
  const { module } = admitModule(withCode([...LOOP, ...branch(0), END]));
  checkAdmitted(module);
  let modules = 0;
  for (let length = 0; length < module.length; length++) {
    try {
      checkAdmitted(module.subarray(0, length));
      modules++;
    } catch (error) {
      if (!(error instanceof AdmissionFault)) throw error;
    }
  }
  // Types and imports alone are a module, without functions.
  assertEquals(modules, 1);
});

Deno.test("admitModule() takes numbers that are padded to the length that they may have", () => {
  const padded = [0x41, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a]; // i32.const 0, drop
  const calls = [...i32(0), 0x10, 0x80, 0x80, 0x80, 0x80, 0x00, 0x1a];
  admitModule(withCode([...padded, ...calls, 0x02, 0x82, 0x80, 0x00, END]));
});

Deno.test("admitModule() takes custom sections anywhere, and reads none but millrace", () => {
  const sections = kernelSections();
  const strange = custom("\u{1f980}", [1, 2, 3]);
  admitModule(assemble(sections.flatMap((one) => [strange, one])));
  const early = [sections.at(-1)!, ...sections.slice(0, -1)];
  assertEquals(admitModule(assemble(early)).manifest.records, "line");
});
