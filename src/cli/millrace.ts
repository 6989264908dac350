import { start } from "./start.ts";

// `millrace`: the engine and its server in the shell. `deno task millrace --help` says what it does.

Deno.exit(await start(Deno.args));
