import { median, quantile } from "../../../support/statistics.ts";
import type { ClusterModel } from "./cluster_model.ts";
import { SimulatedJob, type SimulatedOutcome } from "./simulated_job.ts";

/** What came of the same job under several seeds; medians, where nothing else is said. */
export type Trial = {
  splits: number;
  /** Makespan in seconds. */
  median: number;
  p95: number;
  mapSeconds: number;
  /** Splits that were begun again; the mean. */
  again: number;
  /** Share of the makespan that nodes spent on splits. */
  utilisation: number;
  movedBytes: number;
  /** A second, over the makespan. */
  redisCommands: number;
  redisBusy: number;
};

/** Simulates a model under the seeds 1 … `seeds`. */
export function simulate(model: ClusterModel, seeds: number): Trial {
  const isChance = model.stragglers || model.meanLife < Infinity;
  const outcomes = Array.from(
    { length: isChance ? seeds : 1 },
    (_, i) => new SimulatedJob(model, i + 1).run(),
  );
  const of = (valueOf: (outcome: SimulatedOutcome) => number) => outcomes.map(valueOf);
  const makespans = of(({ makespan }) => makespan);
  return {
    splits: outcomes[0].splits,
    median: median(makespans),
    p95: quantile(makespans, 0.95),
    mapSeconds: median(of(({ mapSeconds }) => mapSeconds)),
    again: of(({ attempts, splits }) => attempts - splits)
      .reduce((sum, each) => sum + each, 0) / outcomes.length,
    utilisation: median(of((each) => each.mapBusySeconds / model.nodes / each.makespan)),
    movedBytes: median(of(({ movedBytes }) => movedBytes)),
    redisCommands: median(of((each) => each.redisCommands / each.makespan)),
    redisBusy: median(of((each) => each.redisBusySeconds / each.makespan)),
  };
}
