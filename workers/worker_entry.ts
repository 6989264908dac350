/// <reference lib="deno.worker" />
import { MapWorker, serve } from "./map_worker.ts";

serve((start) => new MapWorker(start));
