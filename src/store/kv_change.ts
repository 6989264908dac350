/** Checks and mutations that Deno KV commits as one: plain data, so that changes can be joined. */
export class KvChange {
  readonly #checks: Deno.AtomicCheck[] = [];
  readonly #mutations: Deno.KvMutation[] = [];

  check(...checks: Deno.AtomicCheck[]): this {
    this.#checks.push(...checks);
    return this;
  }

  set(key: Deno.KvKey, value: unknown): this {
    this.#mutations.push({ type: "set", key, value });
    return this;
  }

  delete(key: Deno.KvKey): this {
    this.#mutations.push({ type: "delete", key });
    return this;
  }

  /** How many checks and mutations it has. */
  get size(): number {
    return this.#checks.length + this.#mutations.length;
  }

  /** Bytes of the values that are bytes. */
  get bytes(): number {
    return this.#mutations.reduce((sum, mutation) => sum + lengthOf(mutation), 0);
  }

  /** Each key that it looks at or changes, as a text. */
  *keys(): Generator<string> {
    for (const { key } of this.#checks) yield key.join("\0");
    for (const { key } of this.#mutations) yield key.join("\0");
  }

  addTo(operation: Deno.AtomicOperation): void {
    operation.check(...this.#checks).mutate(...this.#mutations);
  }
}

function lengthOf(mutation: Deno.KvMutation): number {
  return "value" in mutation && mutation.value instanceof Uint8Array ? mutation.value.length : 0;
}
