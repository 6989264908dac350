import { Option } from "@commander-js/extra-typings";
import { KEY_FILE_ROW } from "../count/count_rows.ts";
import { createOption } from "../count/create_option.ts";

// Options of every command that asks a server. They only describe: nothing else is loaded for them.

/** Where a server is that was started without options. */
export const DEFAULT_SERVER = "http://127.0.0.1:8000";

/** What a command says of the server that it asks. */
export interface ServerChoice {
  server: string;
  apiKeyFile?: string;
  /** Whether the answer, or the refusal, is a document of the server's. */
  json?: true;
}

export function serverOption() {
  return new Option("--server <url>", "address of the server").env("MILLRACE_SERVER")
    .default(DEFAULT_SERVER);
}

export function keyFileOption() {
  return createOption(KEY_FILE_ROW);
}

export function jsonOption() {
  return new Option("--json", "print the server's document");
}
