import { LemmaTables } from "../../algebra/lemma_tables.ts";
import { ListText } from "../../algebra/list_text.ts";
import { submitList } from "../../algebra/submit_list.ts";
import type { Millrace } from "../../client/mod.ts";
import { printGroup, readGroup } from "../../contract/expressions/groups.ts";
import { completeCountOptions, type CountOptions } from "../../contract/options.ts";
import { settleOptions } from "../../contract/settle_options.ts";
import type { Engine } from "../../mod.ts";
import type { Segment } from "../../reduce/segment.ts";
import type { KeptResult } from "../../store/job_record.ts";
import { keep } from "./local_results.ts";
import { namingInput } from "./naming_input.ts";
import { openInput } from "./open_input.ts";
import { isFile } from "./remote_results.ts";

// `--group 'lemma(FILE)'`: a table of lines of `form TAB lemma`.

/** Forms stay as they are until they are looked up. */
const AS_THEY_ARE = completeCountOptions({ case: "preserve" });

/**
 * The table that options name, in the form of the keys.
 *
 * @param ofKernel Whether a kernel makes the keys.
 * @returns Undefined where none is named. The caller closes it.
 * @throws {CommandError} With the name of a file that cannot be read.
 */
export async function openLemmas(
  engine: Engine,
  options: CountOptions,
  ofKernel: boolean,
): Promise<Segment | undefined> {
  const form = settleOptions(options, ofKernel);
  const tables = new LemmaTables(engine, { result: (path) => readLemmas(engine, path) });
  return (await tables.open(options.group, form, {}))?.segment;
}

/** A table in a file, as a server keeps it. @throws {CommandError} With the name of the file. */
export async function readLemmas(engine: Engine, path: string): Promise<KeptResult> {
  try {
    const { stream } = await openInput(path, "tsv", false);
    const list = new ListText(stream, "lemmas", { charset: "utf-8" }, {});
    return keep(path, AS_THEY_ARE, await submitList(engine, list, AS_THEY_ARE, {}).done);
  } catch (error) {
    throw namingInput(error, path);
  }
}

/** The option for a server, which is sent the table first if it is a file. */
export async function groupOnServer(millrace: Millrace, group: string): Promise<string> {
  const asked = readGroup(group);
  if (asked?.kind !== "lemma" || !isFile(asked.table)) return group;
  try {
    const { stream } = await openInput(asked.table, "tsv", false);
    const { id } = await millrace.results.uploadLemmas(stream);
    return printGroup({ kind: "lemma", table: id });
  } catch (error) {
    throw namingInput(error, asked.table);
  }
}
