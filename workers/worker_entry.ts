/// <reference lib="deno.worker" />
import { MapWorker, runThread } from "./map_worker.ts";

runThread((start) => new MapWorker(start));
