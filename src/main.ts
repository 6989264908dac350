import { runServer } from "./cli/local/run_server.ts";

const code = await runServer(Deno.args);
if (code !== undefined) Deno.exit(code);
