import { comes, isBefore, ITEM_BYTES } from "./sort_items";

// A heap of the next records of several ordered inputs, the least on top. A node is a record's item, and
// a word that its input is told by.

export const NODE_BYTES: usize = ITEM_BYTES + 8;
export const NODE_INPUT: usize = ITEM_BYTES;

// @ts-ignore: decorator
@inline
export function copyNode(to: usize, from: usize): void {
  store<u64>(to, load<u64>(from));
  store<u64>(to, load<u64>(from, 8), 8);
  store<u64>(to, load<u64>(from, NODE_INPUT), NODE_INPUT);
}

/** Restores a heap of so many nodes below `parent`. */
export function sinkNode(heap: usize, parent: u32, nodes: u32): void {
  let hole = heap + <usize>parent * NODE_BYTES;
  const major = load<u64>(hole), rest = load<u64>(hole, 8), input = load<u64>(hole, NODE_INPUT);
  while (true) {
    let child: u32 = 2 * parent + 1;
    if (child >= nodes) break;
    let node = heap + <usize>child * NODE_BYTES;
    if (child + 1 < nodes && isBefore(node + NODE_BYTES, node)) {
      node += NODE_BYTES;
      child++;
    }
    if (comes(major, rest, node)) break;
    copyNode(hole, node);
    hole = node;
    parent = child;
  }
  store<u64>(hole, major);
  store<u64>(hole, rest, 8);
  store<u64>(hole, input, NODE_INPUT);
}

/** Makes a heap of nodes in any order. */
export function orderNodes(heap: usize, nodes: u32): void {
  for (let i = nodes >>> 1; i > 0; i--) sinkNode(heap, i - 1, nodes);
}
