import { planSplits } from "../../../../src/cluster/plan_splits.ts";
import type { ClusterModel } from "./cluster_model.ts";

/** A node, by what others know of it. */
export interface SimulatedNode {
  /** Whether it was asked for the count. */
  isAsked: boolean;
  isUp: boolean;
}

/** A split, and where it is. */
export interface SimulatedSplit {
  index: number;
  bytes: number;
  outputBytes: number;
  /** The least is taken first. */
  priority: number;
  /** Nodes that count it. */
  runs: number;
  /** Who has its output. */
  output?: SimulatedNode;
}

/** The splits of a model's text, as the product plans them. */
export function planModel(
  { nodes, bytes, splitBytes, outputShare }: ClusterModel,
): SimulatedSplit[] {
  return planSplits([{ bytes, divides: true }], { nodes, splitBytes }).map((
    { from, to },
    index,
  ) => ({
    index,
    bytes: to - from,
    outputBytes: (to - from) * outputShare,
    priority: index + 1,
    runs: 0,
  }));
}
