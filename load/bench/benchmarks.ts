import contention from "../lab/contention.ts";
import convoy from "../lab/convoy.ts";
import energy from "../lab/energy.ts";
import largeCluster from "../lab/large_cluster.ts";
import lock from "../lab/lock.ts";
import mechanisms from "../lab/mechanisms.ts";
import peers from "../lab/peers.ts";
import type { Benchmark } from "../support/benchmark.ts";
import challenge from "./challenge.ts";
import client from "./client.ts";
import cluster from "./cluster.ts";
import clusterCosts from "./cluster_costs.ts";
import commandLine from "./command_line.ts";
import durable from "./durable.ts";
import each from "./each.ts";
import endToEnd from "./end_to_end.ts";
import events from "./events.ts";
import files from "./files.ts";
import gate from "./gate.ts";
import growth from "./growth.ts";
import hop from "./hop.ts";
import inputs from "./inputs.ts";
import kernel from "./kernel.ts";
import limit from "./limit.ts";
import merge from "./merge.ts";
import neighbours from "./neighbours.ts";
import outputs from "./outputs.ts";
import page from "./page.ts";
import records from "./records.ts";
import readers from "./readers.ts";
import required from "./required.ts";
import scaling from "./scaling.ts";
import smallJobs from "./small_jobs.ts";
import soak from "./soak.ts";
import spill from "./spill.ts";
import stalled from "./stalled.ts";
import start from "./start.ts";
import userKernels from "./user_kernels.ts";

/** Every benchmark, in the order in which they run: the lab, then speed. */
export const BENCHMARKS: readonly Benchmark[] = [
  mechanisms,
  lock,
  convoy,
  contention,
  energy,
  peers,
  largeCluster,
  endToEnd,
  limit,
  commandLine,
  durable,
  files,
  smallJobs,
  each,
  client,
  hop,
  cluster,
  clusterCosts,
  merge,
  neighbours,
  scaling,
  growth,
  outputs,
  readers,
  events,
  page,
  kernel,
  records,
  challenge,
  userKernels,
  gate,
  inputs,
  spill,
  stalled,
  start,
  soak,
  required,
];
