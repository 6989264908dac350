import { checkSheetOptions } from "../../output/row_options.ts";
import { type Given, sayingFlags } from "../count/read_api.ts";
import { checkPlace, readResources, type Resources } from "../count/resources.ts";
import { type Form, formOf, refuseOnTerminal } from "../count/settings.ts";
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
  refuseOnTerminal({ form, path });
  checkPlace(server, given);
  const { csvBom, csvSafe } = given as { csvBom?: true; csvSafe?: true };
  const format = form === "table" || form === "uniq" ? "json" : form;
  sayingFlags(() => checkSheetOptions({ csvBom, csvSafe }, format));
  return {
    form,
    from: given.from as InputForm,
    path,
    isQuiet: given.quiet === true,
    server,
    apiKeyFile: given.apiKeyFile as string | undefined,
    ...readResources(given),
  };
}
