import { checkSheetOptions } from "../../output/row_options.ts";
import { type Given, sayingFlags } from "../count/read_api.ts";
import { readResources, refuseResources, type Resources } from "../count/resources.ts";
import { type Form, formOf } from "../count/settings.ts";
import { usageError } from "../terminal/explain.ts";
import type { InputForm } from "./options.ts";

/** What the commands that work on results have in common. */
export interface AlgebraSettings extends Resources {
  form: Form;
  from: InputForm;
  path?: string;
  isQuiet: boolean;
  server?: string;
  apiKeyFile?: string;
}

/** Reads what the parser gives. @throws {CommandError} For what has no place here. */
export function readAlgebra(given: Given): AlgebraSettings {
  const path = given.output === "-" ? undefined : given.output as string | undefined;
  const form = given.format as Form ?? formOf(path);
  const server = given.server as string || undefined;
  const apiKeyFile = given.apiKeyFile as string | undefined;
  if (form === "arrow" && path === undefined && Deno.stdout.isTerminal()) {
    const advice = "Write it to a file, with -o";
    throw usageError("Cannot show arrow on a terminal: it is binary", advice);
  }
  if (apiKeyFile !== undefined && server === undefined) {
    throw usageError("Cannot use --api-key-file: there is no --server");
  }
  if (server !== undefined) refuseResources(given);
  const { csvBom, csvSafe } = given as { csvBom?: true; csvSafe?: true };
  const format = form === "table" || form === "uniq" ? "json" : form;
  sayingFlags(() => checkSheetOptions({ csvBom, csvSafe }, format));
  return {
    form,
    from: given.from as InputForm,
    path,
    isQuiet: given.quiet === true,
    server,
    apiKeyFile,
    ...readResources(given),
  };
}
