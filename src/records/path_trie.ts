import type { PathStep } from "../contract/expressions/expression.ts";
import type { PlanBytes } from "./plan_bytes.ts";

/** Singular paths that share their beginnings. */
interface PathNode {
  /** The extractor whose path ends here; -1 for none. */
  slot: number;
  readonly members: Map<string, PathNode>;
  readonly elements: Map<number, PathNode>;
}

function createNode(): PathNode {
  return { slot: -1, members: new Map(), elements: new Map() };
}

/** Adds paths, each with the number of its extractor; returns the number of the first word. */
export function addPaths(
  plan: PlanBytes,
  paths: Iterable<readonly [slot: number, path: readonly PathStep[]]>,
): number {
  const root = createNode();
  for (const [slot, path] of paths) {
    let node = root;
    for (const step of path) {
      node = typeof step === "string" ? childOf(node.members, step) : childOf(node.elements, step);
    }
    node.slot = slot;
  }
  return addNode(plan, root);
}

function childOf<Step>(children: Map<Step, PathNode>, step: Step): PathNode {
  let child = children.get(step);
  if (!child) children.set(step, child = createNode());
  return child;
}

/**
 * A node: its extractor | members | elements, then three words of each member, its name's place and
 * bytes and its node, and two words of each element, its index and its node. A node is the number of
 * its first word.
 */
function addNode(plan: PlanBytes, { slot, members, elements }: PathNode): number {
  const first = plan.add(slot, members.size, elements.size);
  const children: [word: number, child: PathNode][] = [];
  for (const [name, child] of members) {
    plan.addText(name);
    children.push([plan.add(0), child]);
  }
  for (const [index, child] of elements) children.push([plan.add(index, 0) + 1, child]);
  for (const [word, child] of children) plan.set(word, addNode(plan, child));
  return first;
}
