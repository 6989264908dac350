import type { Segment } from "../reduce/segment.ts";

/**
 * The results that were written or read last, in memory: a client that pages through one does not
 * make the store read it for each page. All of them together stay within `maxBytes`.
 */
export class SegmentCache {
  readonly #maxBytes: number;
  /** In the order of their last use. */
  readonly #segments = new Map<string, Segment>();
  readonly #loading = new Map<string, Promise<Segment | undefined>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a result is small enough to be held: a large one would leave no room for others. */
  takes(bytes: number): boolean {
    return bytes <= this.#maxBytes / 4;
  }

  /** The segment, if it is held; it is the one that was used last then. */
  find(name: string): Segment | undefined {
    const held = this.#segments.get(name);
    if (held === undefined) return undefined;
    this.#segments.delete(name);
    this.#segments.set(name, held);
    return held;
  }

  /** The segment, loaded once for all callers that ask at the same time. */
  async get(
    name: string,
    load: () => Promise<Segment | undefined>,
  ): Promise<Segment | undefined> {
    const held = this.find(name);
    if (held) return held;
    const loading = this.#loading.get(name);
    if (loading) return await loading;
    const loads = load();
    this.#loading.set(name, loads);
    try {
      const segment = await loads;
      // Not when it was dropped meanwhile.
      if (segment && this.#loading.get(name) === loads) this.add(name, segment);
      return segment;
    } finally {
      if (this.#loading.get(name) === loads) this.#loading.delete(name);
    }
  }

  /** Holds a segment that is in memory, if it is small enough. */
  add(name: string, segment: Segment): void {
    if (!this.takes(segment.byteLength)) return;
    this.drop(name);
    this.#segments.set(name, segment);
    this.#bytes += segment.byteLength;
    for (const oldest of this.#segments.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.drop(oldest);
    }
  }

  drop(name: string): void {
    this.#loading.delete(name);
    const segment = this.#segments.get(name);
    if (segment === undefined) return;
    this.#segments.delete(name);
    this.#bytes -= segment.byteLength;
  }
}
