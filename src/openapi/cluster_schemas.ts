import { z } from "@hono/zod-openapi";
import { NODE_ROLES } from "../contract/engine_status.ts";
import { natural } from "./numbers.ts";

/** Of a job that several servers count. */
export const splitCounters = z.strictObject({
  done: natural(),
  all: natural(),
  bytes: natural().optional().describe("Of all texts, if that is known"),
}).optional().describe("Present when servers of a cluster count parts of the texts");

/** What the status of an engine has of its cluster. */
export const clusterMembers = {
  nodes: z.array(z.looseObject({
    url: z.string(),
    roles: z.array(z.enum(NODE_ROLES)).describe("What it does in the cluster"),
    schemes: z.array(z.string()).describe("Of the URLs whose texts it reads, with their colons"),
    state: z.enum(["idle", "counting", "silent", "apart"])
      .describe("apart: of another build, with which it counts"),
    workers: natural(),
    splits: natural().describe("Splits that it counts now"),
    version: z.string(),
    build: z.string().describe("Servers of one build count together"),
    seenMs: natural().describe("Since its last sign of life"),
  })).optional().describe("Servers of the cluster, if it is one"),
  cluster: z.looseObject({
    reached: z.boolean().describe("Whether Redis answers"),
    queue: z.looseObject({
      waiting: natural(),
      running: natural(),
      delayed: natural(),
      failed: natural(),
      oldestWaitingMs: natural(),
    }),
    splits: z.record(z.string(), natural()).describe("What became of splits here"),
    jobs: z.looseObject({ spread: natural(), kept: natural() }),
    moved: z.record(z.string(), natural()).describe("Bytes of keys and of texts"),
  }).optional(),
};
