import { ListText } from "../../algebra/list_text.ts";
import { submitList } from "../../algebra/submit_list.ts";
import { type CountOptions, DEFAULT_OUTPUT_OPTIONS } from "../../contract/options.ts";
import { JobError } from "../../contract/problems.ts";
import type { JobResult } from "../../engine/job_contract.ts";
import type { Engine } from "../../mod.ts";
import { type KeptResult, RECORD_VERSION } from "../../store/job_record.ts";
import { emptyResult } from "../count/empty_result.ts";
import { namingInput } from "./naming_input.ts";
import { openInput } from "./open_input.ts";
import type { InputForm } from "./options.ts";

/** What inputs are, lists or texts, and what their keys are. */
export interface Reading {
  from: InputForm;
  /** With nothing left open. */
  options: CountOptions;
}

/**
 * Makes results of inputs, as a server makes them of lists and texts.
 *
 * @returns In the order of the names. The caller closes their segments.
 * @throws {CommandError} With the name of the input that cannot be read.
 */
export async function readResults(
  engine: Engine,
  names: readonly string[],
  reading: Reading,
): Promise<KeptResult[]> {
  const results: KeptResult[] = [];
  for (const name of names) {
    try {
      results.push(keep(name, reading.options, await readOne(engine, name, reading)));
    } catch (error) {
      for (const { result } of results) result.segment.close();
      throw namingInput(error, name);
    }
  }
  return results;
}

async function readOne(
  engine: Engine,
  name: string,
  { from, options }: Reading,
): Promise<JobResult> {
  const { form, stream } = await openInput(name, from, true);
  try {
    if (form === "text") return await engine.submit(stream, { ...options, top: 0 }).done;
    const list = new ListText(stream, form, { charset: "utf-8" }, {});
    return await submitList(engine, list, options, {}).done;
  } catch (error) {
    if (error instanceof JobError && error.code === "empty_body") return emptyResult(options);
    throw error;
  }
}

/** A result in the place of a job's. */
export function keep(name: string, options: CountOptions, result: JobResult): KeptResult {
  return {
    record: {
      version: RECORD_VERSION,
      id: name,
      state: "done",
      createdAt: 0,
      startedAt: 0,
      finishedAt: 0,
      attempt: 1,
      options,
      output: DEFAULT_OUTPUT_OPTIONS,
      progress: { bytes: 0, chunks: 0, tokens: 0 },
    },
    result,
  };
}
