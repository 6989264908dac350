import { VERSION } from "../../version.ts";
import type { AppContext } from "../app_context.ts";

/** `GET /v1/engine`: what the engine is doing now, for people and monitors. */
export function createEngineHandler({ engine }: AppContext): () => Response {
  return () => {
    const headers = { "content-type": "application/json", "cache-control": "no-store" };
    return new Response(JSON.stringify({ version: VERSION, ...engine.status() }) + "\n", {
      headers,
    });
  };
}
