import { Option } from "@commander-js/extra-typings";

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
  return new Option("--api-key-file <file>", "file with the API key, in place of MILLRACE_API_KEY");
}

export function jsonOption() {
  return new Option("--json", "print the server's document");
}
