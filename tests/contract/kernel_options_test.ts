import { assertEquals, assertThrows } from "@std/assert";
import {
  encodeKernelOptions,
  readKernelOptions,
  refuseKernelOptions,
} from "../../src/contract/kernel_options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { MANIFEST } from "../support/kernels.ts";

const DEFAULTS = { field: 8, bytes: 0, share: 0.5, strict: false, separator: " " };

const read = (given: Record<string, string>) => readKernelOptions("log-status", MANIFEST, given);

Deno.test("readKernelOptions() fills what is not given, and reads each value by its type", () => {
  assertEquals(read({}), DEFAULTS);
  const rows: [string, string, unknown][] = [
    ["field", "-2147483648", -2147483648],
    ["field", " 7", 7], // a plus sign that was not encoded
    ["field", "+7", 7],
    ["field", "-0", 0],
    ["bytes", "9007199254740991", 9007199254740991],
    ["bytes", "9007199254740993", "9007199254740993"],
    ["bytes", "-9223372036854775808", "-9223372036854775808"],
    ["share", "-1.5e3", -1500],
    ["share", ".25", 0.25],
    ["share", "2.", 2],
    ["strict", "True", true],
    ["strict", "0", false],
    ["separator", "", ""],
    ["separator", " é\n", " é\n"],
  ];
  for (const [name, text, value] of rows) {
    assertEquals(read({ [name]: text }), { ...DEFAULTS, [name]: value }, `${name}=${text}`);
  }
});

Deno.test("readKernelOptions() refuses what an option's type does not allow", () => {
  const rows = [
    ["field", "2147483648", "-2147483649", "1.5", "1e3", "0x7", "", "seven"],
    ["bytes", "9223372036854775808", "1_000", "99999999999999999999999"],
    ["share", "NaN", "Infinity", "1e999", "1,5", ".", ""],
    ["strict", "maybe", ""],
    ["separator", "\ud800"],
  ];
  for (const [name, ...texts] of rows) {
    for (const text of texts) {
      const error = assertThrows(() => read({ [name]: text }), JobError, `'option.${name}'`);
      assertEquals(error.code, "invalid_parameter");
      assertEquals([error.details.parameter, error.details.value], [`option.${name}`, text]);
      assertEquals(typeof error.details.allowed, "string");
    }
  }
});

Deno.test("readKernelOptions() names the nearest option, and all that there are", () => {
  for (const name of ["feild", "Field", "toString", "__proto__"]) {
    const given = Object.fromEntries([[name, "1"]]);
    const error = assertThrows(() => read(given), JobError, `kernel 'log-status' has no such`);
    assertEquals([error.code, error.details.parameter], ["unknown_parameter", `option.${name}`]);
    assertEquals(error.details.allowed, MANIFEST.options.map((each) => `option.${each.name}`));
  }
  const near = assertThrows(() => read({ feild: "1" }), JobError);
  assertEquals(near.details.nearest, "option.field");
  const far = assertThrows(() => read({ toString: "1" }), JobError, "it has option.field, option");
  assertEquals(far.details.nearest, undefined);
  const none = assertThrows(() => refuseKernelOptions("words", { by: "1" }), JobError, "has none");
  assertEquals(none.details.allowed, []);
  refuseKernelOptions("words", {});
});

Deno.test("encodeKernelOptions() writes every digit of an i64, and knows no option of its own", () => {
  const text = (values: Record<string, number | boolean | string>) =>
    new TextDecoder().decode(encodeKernelOptions(MANIFEST, values));
  const rest = '"share":0.5,"strict":false,"separator":" "}';
  assertEquals(text({}), `{"field":8,"bytes":0,${rest}`);
  const values = { field: 1, bytes: "9223372036854775807", gone: 5, separator: '"\n' };
  assertEquals(
    text(values),
    '{"field":1,"bytes":9223372036854775807,"share":0.5,"strict":false,"separator":"\\"\\n"}',
  );
  assertEquals(new TextDecoder().decode(encodeKernelOptions({ options: [] }, {})), "{}");
});
