import { assert, assertEquals, assertRejects } from "@std/assert";
import { OutputLost } from "../../src/cluster/fetch_output.ts";
import { FetchTurns } from "../../src/cluster/fetch_turns.ts";
import { soon } from "../support/waits.ts";

/** Fetches that end when the test says so, by their names: the node, and a number. */
class Fetches {
  readonly #turns = new FetchTurns();
  readonly #begun = new Map<string, PromiseWithResolvers<string>>();

  /** What is fetched now. */
  get now(): string[] {
    return [...this.#begun.keys()];
  }

  take(name: string): Promise<string> {
    return this.#turns.take(name[0], () => {
      const fetching = Promise.withResolvers<string>();
      this.#begun.set(name, fetching);
      return fetching.promise;
    });
  }

  end(name: string): void {
    this.#begun.get(name)!.resolve(name);
    this.#begun.delete(name);
  }

  lose(name: string, isNodeGone: boolean): void {
    this.#begun.get(name)!.reject(new OutputLost("lost", { isNodeGone }));
    this.#begun.delete(name);
  }
}

/** Lets all that is ready go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

Deno.test("FetchTurns fetches from four nodes at once, and one from each", async () => {
  const fetches = new Fetches();
  const names = ["a1", "a2", "b1", "c1", "d1", "e1", "e2"];
  const all = names.map((name) => fetches.take(name));
  await turn();
  assertEquals(fetches.now, ["a1", "b1", "c1", "d1"]);
  fetches.end("c1");
  await turn();
  assertEquals(fetches.now, ["a1", "b1", "d1", "e1"]);
  fetches.end("a1");
  await turn();
  assertEquals(fetches.now, ["b1", "d1", "e1", "a2"]);
  for (const name of ["b1", "d1", "e1"]) fetches.end(name);
  await turn();
  for (const name of ["a2", "e2"]) fetches.end(name);
  assertEquals(await soon(Promise.all(all)), names);
});

Deno.test("FetchTurns loses at once all that waits for a node that is gone", async () => {
  const fetches = new Fetches();
  const lost = ["a1", "a2", "a3"].map((name) => fetches.take(name));
  const other = ["b1", "b2"].map((name) => fetches.take(name));
  await turn();
  fetches.lose("a1", true);
  const losing = lost.map((each) => assertRejects(() => soon(each), OutputLost));
  const errors = await Promise.all(losing);
  assertEquals(errors.map((error: OutputLost) => error.wasAsked), [true, false, false]);
  const again = fetches.take("a4"); // a node that has come back
  await turn();
  assertEquals(fetches.now, ["b1", "a4"]);
  fetches.end("b1");
  await turn();
  for (const name of ["b2", "a4"]) fetches.end(name);
  assertEquals(await soon(Promise.all([...other, again])), ["b1", "b2", "a4"]);
});

Deno.test("FetchTurns goes on with a node that has let go of one output", async () => {
  const fetches = new Fetches();
  const [first, second] = ["a1", "a2"].map((name) => fetches.take(name));
  await turn();
  fetches.lose("a1", false);
  const { wasAsked } = await assertRejects(() => soon(first), OutputLost);
  assert(wasAsked);
  await turn();
  fetches.end("a2");
  assertEquals(await soon(second), "a2");
});
