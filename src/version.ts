import config from "../deno.json" with { type: "json" };

/** The version of Millrace, as deno.json says it. */
export const VERSION: string = config.version;
