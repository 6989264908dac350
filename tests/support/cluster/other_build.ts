// Loaded before the program of a test: it is of another build.

import config from "../../../deno.json" with { type: "json" };

config.version = "0.0.0-another";
