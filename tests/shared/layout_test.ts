import { assert } from "@std/assert";
import * as layout from "../../assembly/layout.ts";

/** Names that begin as offsets in a job block do, and are sizes, states or numbers of blocks. */
const NO_OFFSETS = [
  "JOB_BYTES",
  "JOB_CAPACITY",
  "JOB_FREE",
  "JOB_RUNNING",
  "JOB_STOPPED",
  "JOB_LOCALE_BYTES",
  "JOB_KERNEL_HASH_BYTES",
];

/** Fields of more than four bytes. */
const BYTES: Record<string, number> = {
  JOB_MIN_COUNT: 8,
  JOB_SPILLED_BYTES: 8,
  JOB_COUNTED: 8,
  JOB_LOCALE: layout.JOB_LOCALE_BYTES,
  JOB_TABLES: 4 * layout.WORKER_CAPACITY,
  JOB_RUNS: 4 * layout.PARTITION_CAPACITY,
};

Deno.test("no fields of a job block lie over each other, and all lie within it", () => {
  const fields = Object.entries(layout)
    .filter(([name]) => name.startsWith("JOB_") && !NO_OFFSETS.includes(name))
    .map(([name, start]) => ({ name, start, end: start + (BYTES[name] ?? 4) }))
    .sort((a, b) => a.start - b.start);
  assert(fields.length > 30, `${fields.length} fields`);
  for (const [i, { name, start }] of fields.entries()) {
    if (i > 0) assert(fields[i - 1].end <= start, `${fields[i - 1].name} lies over ${name}`);
  }
  const { name, end } = fields.at(-1)!;
  assert(end <= layout.JOB_BYTES, `${name} ends at ${end}`);
});
