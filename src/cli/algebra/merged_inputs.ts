import { ListText } from "../../algebra/list_text.ts";
import { MergedLists } from "../../algebra/merged_lists.ts";
import { completeCountOptions, type CountOptions } from "../../contract/options.ts";
import type { Engine } from "../../mod.ts";
import type { KeptResult } from "../../store/job_record.ts";
import { keep } from "./local_results.ts";
import { namingInput } from "./naming_input.ts";
import { openInput } from "./open_input.ts";
import type { InputForm } from "./options.ts";

/** A row of a few letters, a TAB and some digits takes so many times its bytes as a record. */
const RECORD_BYTES = 2;

/** What is put together, and how. */
interface Asked {
  from: InputForm;
  /** How often each input counts. @default {once} */
  weights?: readonly number[];
  /** With nothing left open. */
  options: CountOptions;
}

/**
 * Puts lists together by one job.
 *
 * @returns A result, whose segment the caller closes.
 * @throws {CommandError} With the name of the input that cannot be read.
 */
export async function mergeInputs(
  engine: Engine,
  names: readonly string[],
  { from, weights = names.map(() => 1), options }: Asked,
): Promise<KeptResult> {
  const { tokenizer, case: folding, normalization, order, partition, borders } = options;
  const ofKeys = { tokenizer, case: folding, normalization, order, partition, borders };
  const lists = new MergedLists({
    weights,
    recordBytes: RECORD_BYTES * names.reduce((sum, name) => sum + fileBytes(name), 0),
    async open(index) {
      const { form, stream } = await openInput(names[index], from, false);
      if (form === "text") throw new TypeError("a text is no list"); // openInput has refused it
      return new ListText(stream, form, { charset: "utf-8" }, {}, weights[index]);
    },
  });
  try {
    const job = lists.submit(engine, completeCountOptions({ ...ofKeys, top: 0 }));
    return keep(names[0], options, await job.done);
  } catch (error) {
    throw lists.failed === undefined ? error : namingInput(error, names[lists.failed]);
  }
}

/** 0 for what is no file, or none that can be read. */
function fileBytes(name: string): number {
  try {
    return name === "-" ? 0 : Deno.statSync(name).size;
  } catch {
    return 0; // what is wrong with it is said when it is opened
  }
}
