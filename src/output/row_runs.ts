import {
  ROW_BEFORE,
  ROW_BLOCK,
  ROW_CSV,
  ROW_JSON,
  ROW_KEY_BYTES,
  ROW_RECORDS,
  ROW_RECORDS_BYTES,
  ROW_TEXT_BYTES,
  ROW_TSV,
} from "../../assembly/row_layout.ts";
import { scaleOf } from "../contract/decimals.ts";
import { readKernel } from "../kernels/registry.ts";
import { type BlockWriter, OUTPUT_BLOCK_BYTES, rowMemory, type Stamp } from "./block_writer.ts";
import type { RowForm } from "./row_form.ts";
import { moreColumns, type RowStyle } from "./row_style.ts";
import type { Selection } from "./selection.ts";

/** Runs of fewer rows, or bytes, are not worth a copy of their records. */
const LEAST_ROWS = 64;
const LEAST_BYTES = 2048;

/** Counts beyond this are written as the doubles that they are read as. */
const MOST_COUNT = BigInt(Number.MAX_SAFE_INTEGER);
const MOST_VALUE = 2n ** 64n - 1n;

const KEY_FORMS = { json: ROW_JSON, csv: ROW_CSV, tsv: ROW_TSV };

/** What assembly/rows/kernel.ts exports. */
interface RowKernel {
  configure(
    key: number,
    before: number,
    between: number,
    end: number,
    signed: number,
    digits: number,
  ): void;
  writeRows(
    bytes: number,
    out: number,
    full: number,
    most: number,
    least: bigint,
    largest: bigint,
  ): number;
  readonly read: WebAssembly.Global;
  readonly written: WebAssembly.Global;
  readonly sum: WebAssembly.Global;
}

const memory = new Uint8Array(rowMemory.buffer);
let kernel: RowKernel | undefined;

/** Compiled with the first long answer, since short ones do without. */
function openKernel(): RowKernel {
  const module = new WebAssembly.Module(readKernel("rows"));
  const { exports } = new WebAssembly.Instance(module, { env: { memory: rowMemory } });
  return exports as unknown as RowKernel;
}

/**
 * Makes rows of many records at once, by a kernel that writes the same as `writeRows`. It leaves to its
 * caller what comes seldom: long keys, rows of less than a run, and the last of each.
 */
export class RowRuns {
  readonly #form: RowForm;
  /** The texts of the form, as the kernel has them. */
  readonly #texts: Uint8Array;

  private constructor(form: RowForm) {
    this.#form = form;
    this.#texts = new Uint8Array(3 * ROW_TEXT_BYTES);
    textsOf(form).forEach(({ words }, i) => {
      const view = new DataView(this.#texts.buffer, i * ROW_TEXT_BYTES);
      words.forEach((word, at) => view.setUint32(at * 4, word, true));
    });
  }

  /** Undefined for rows that the kernel cannot write. */
  static of(form: RowForm): RowRuns | undefined {
    const fits = textsOf(form).every(({ length }) => length <= ROW_TEXT_BYTES);
    return fits && isSimple(form.style) ? new RowRuns(form) : undefined;
  }

  /**
   * Writes rows that follow another one, until the block is full or the run ends.
   *
   * @returns Whether the block is full: there may be more rows then.
   */
  write(writer: BlockWriter, selection: Selection): boolean {
    for (let isFirst = true; !writer.full; isFirst = false) {
      const ahead = recordsAhead(selection);
      if (ahead === undefined) return false;
      kernel ??= openKernel();
      if (isFirst) this.#configure(kernel);
      if (!this.#writeSome(kernel, ahead, writer, selection)) return false;
    }
    return true;
  }

  /** @returns Whether any row was written. */
  #writeSome(
    kernel: RowKernel,
    ahead: Uint8Array,
    writer: BlockWriter,
    selection: Selection,
  ): boolean {
    const records = ahead.subarray(0, ROW_RECORDS_BYTES);
    memory.set(records, ROW_RECORDS);
    const rows = kernel.writeRows(
      records.length,
      writer.address,
      ROW_BLOCK + OUTPUT_BLOCK_BYTES,
      selection.runRows,
      BigInt(selection.least),
      hasCounts(this.#form) ? MOST_COUNT : MOST_VALUE,
    );
    writer.address = kernel.written.value;
    selection.pass(rows, kernel.read.value - ROW_RECORDS, kernel.sum.value);
    return rows > 0;
  }

  /** Another writer may have used the kernel for another form since the last block. */
  #configure(kernel: RowKernel): void {
    const { key, style: { value } } = this.#form;
    const [before, between, end] = textsOf(this.#form).map(({ length }) => length);
    memory.set(this.#texts, ROW_BEFORE);
    const isSigned = hasCounts(this.#form) ? 0 : 1;
    kernel.configure(KEY_FORMS[key], before, between, end, isSigned, scaleOf(value) ?? 0);
  }
}

/** The records of a run, if there is one that is worth it. */
function recordsAhead(selection: Selection): Uint8Array | undefined {
  if (selection.runRows < LEAST_ROWS) return undefined;
  const ahead = selection.record.ahead?.(ROW_RECORDS_BYTES);
  if (ahead === undefined || ahead.length < LEAST_BYTES) return undefined;
  const keyBytes = ahead[8] | ahead[9] << 8 | ahead[10] << 16 | ahead[11] << 24;
  return keyBytes >>> 0 > ROW_KEY_BYTES ? undefined : ahead;
}

function hasCounts({ style }: RowForm): boolean {
  return style.value === undefined;
}

function textsOf({ next, between, end }: RowForm): Stamp[] {
  return [next, between, end];
}

/** Whether rows have nothing but a key of one part, as formats write it, and an exact number. */
function isSimple(style: RowStyle): boolean {
  const { columns, stats, keyParts = 1, safe, value } = style;
  const more = moreColumns(style);
  return columns.length + more.length === 0 && !stats && keyParts === 1 && !safe && value !== "f64";
}
