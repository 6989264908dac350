import { start } from "./start.ts";

// `millrace`: the engine and its server in the shell. `deno task millrace --help` says what it does.

if (import.meta.main) Deno.exit(await start(Deno.args));
