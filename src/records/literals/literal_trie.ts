const NONE = -1;

/**
 * The tree of texts, whose nodes are numbered breadth first from the root, 0, and the ways of the
 * automaton between them. Arrays are by node.
 */
export class LiteralTrie {
  readonly count: number;
  /** Class of the byte that leads to the node. */
  readonly kinds: Uint8Array;
  /** Bytes of the text that ends at the node; 0 for none. */
  readonly lengths: Uint32Array;
  /** The node of the longest other end of the node's text that is in the tree. */
  readonly fails: Uint32Array;
  /** The node of the longest text that the node's text ends with, but for itself; 0 for none. */
  readonly links: Uint32Array;
  /** The first child, and how many there are: children have numbers in a row. */
  readonly #firstChild: Uint32Array;
  readonly #childCount: Uint16Array;

  constructor(texts: readonly Uint8Array[], classes: Uint8Array) {
    const tree = new Growing(texts, classes);
    this.count = tree.count;
    this.kinds = new Uint8Array(this.count);
    this.lengths = new Uint32Array(this.count);
    this.fails = new Uint32Array(this.count);
    this.links = new Uint32Array(this.count);
    this.#firstChild = new Uint32Array(this.count);
    this.#childCount = new Uint16Array(this.count);
    this.#number(tree);
    for (let node = 0; node < this.count; node++) this.#joinChildren(node);
  }

  childrenOf(node: number): number[] {
    const first = this.#firstChild[node];
    return Array.from({ length: this.#childCount[node] }, (_, i) => first + i);
  }

  /** Whether the node's text ends with one of the texts. */
  isFound(node: number): boolean {
    return this.lengths[node] !== 0 || this.links[node] !== 0;
  }

  /** Takes the nodes of a tree breadth first. */
  #number(tree: Growing): void {
    const old = new Uint32Array(this.count); // by new number
    let next = 1;
    for (let node = 0; node < this.count; node++) {
      this.lengths[node] = tree.lengths[old[node]];
      this.#firstChild[node] = next;
      for (let child = tree.firstChild[old[node]]; child !== NONE; child = tree.sibling[child]) {
        this.kinds[next] = tree.kinds[child];
        old[next++] = child;
      }
      this.#childCount[node] = next - this.#firstChild[node];
    }
  }

  /** Finds where children fail to, once their parent's way is known. */
  #joinChildren(node: number): void {
    for (const child of this.childrenOf(node)) {
      const kind = this.kinds[child];
      let fail = node;
      let found = NONE;
      while (fail !== 0 && found === NONE) {
        fail = this.fails[fail];
        found = this.#childBy(fail, kind);
      }
      const to = found === NONE ? 0 : found;
      this.fails[child] = to;
      this.links[child] = this.lengths[to] !== 0 ? to : this.links[to];
    }
  }

  #childBy(node: number, kind: number): number {
    const first = this.#firstChild[node];
    for (let i = 0; i < this.#childCount[node]; i++) {
      if (this.kinds[first + i] === kind) return first + i;
    }
    return NONE;
  }
}

/** A tree while texts are added; numbers are in the order of adding. */
class Growing {
  count = 1;
  readonly kinds: Uint8Array;
  readonly lengths: Uint32Array;
  readonly firstChild: Int32Array;
  readonly sibling: Int32Array;

  constructor(texts: readonly Uint8Array[], classes: Uint8Array) {
    const most = texts.reduce((bytes, { length }) => bytes + length, 1);
    this.kinds = new Uint8Array(most);
    this.lengths = new Uint32Array(most);
    this.firstChild = new Int32Array(most).fill(NONE);
    this.sibling = new Int32Array(most).fill(NONE);
    for (const text of texts) {
      let node = 0;
      for (const byte of text) node = this.#childBy(node, classes[byte]);
      this.lengths[node] = text.length;
    }
  }

  #childBy(node: number, kind: number): number {
    let child = this.firstChild[node];
    while (child !== NONE && this.kinds[child] !== kind) child = this.sibling[child];
    if (child !== NONE) return child;
    const made = this.count++;
    this.kinds[made] = kind;
    this.sibling[made] = this.firstChild[node];
    this.firstChild[node] = made;
    return made;
  }
}
