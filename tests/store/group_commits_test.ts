import { assertEquals, assertRejects } from "@std/assert";
import type { JobError } from "../../src/contract/problems.ts";
import { commitAlone, GroupCommits } from "../../src/store/group_commits.ts";
import { KvChange } from "../../src/store/kv_change.ts";
import { freshSeed, Random } from "../support/random.ts";
import { openKv } from "../support/store/stores.ts";

/** A store whose commits are counted, and fail while it is told to. */
function countCommits(kv: Deno.Kv) {
  const commits = { count: 0, failure: undefined as Error | undefined };
  const counted = {
    atomic() {
      const operation = kv.atomic();
      const commit = operation.commit.bind(operation);
      operation.commit = () => {
        commits.count++;
        return commits.failure ? Promise.reject(commits.failure) : commit();
      };
      return operation;
    },
  } as Deno.Kv;
  return { commits, counted };
}

async function withGroups(
  run: (
    groups: GroupCommits,
    kv: Deno.Kv,
    commits: ReturnType<typeof countCommits>["commits"],
  ) => Promise<void>,
): Promise<void> {
  const kv = await openKv();
  const { commits, counted } = countCommits(kv);
  await run(new GroupCommits(counted), kv, commits);
  kv.close();
}

const fresh = (key: string) =>
  new KvChange().check({ key: [key], versionstamp: null }).set([key], key);

Deno.test("GroupCommits gives changes that come during a commit the next one to share", () =>
  withGroups(async (groups, kv, commits) => {
    const versions = await Promise.all(
      Array.from({ length: 30 }, (_, i) => groups.commit(fresh(`k${i}`))),
    );
    assertEquals(commits.count, 2);
    assertEquals(new Set(versions).size, 2);
    assertEquals((await kv.get(["k29"])).versionstamp, versions[29]);
  }));

Deno.test("GroupCommits refuses the change alone whose check fails", () =>
  withGroups(async (groups, kv) => {
    await kv.set(["taken"], 1);
    const first = groups.commit(fresh("a"));
    const others = ["b", "taken", "c"].map((key) => groups.commit(fresh(key)));
    const done = await Promise.all([first, ...others]);
    assertEquals(done.map((version) => version !== undefined), [true, true, false, true]);
    assertEquals((await kv.get(["taken"])).value, 1);
  }));

Deno.test("GroupCommits never joins two changes of one key", () =>
  withGroups(async (groups, _kv, commits) => {
    const first = groups.commit(fresh("a"));
    const rivals = ["b", "b", "b"].map((key) => groups.commit(fresh(key)));
    const done = await Promise.all([first, ...rivals]);
    assertEquals(done.map((version) => version !== undefined), [true, true, false, false]);
    assertEquals(commits.count, 4);
  }));

Deno.test("GroupCommits commits alone what is too large together", () =>
  withGroups(async (groups, kv) => {
    const text = "é".repeat(30_000); // Deno KV takes 800 KiB at once
    const keys = Array.from({ length: 20 }, (_, i) => `k${i}`);
    const done = await Promise.all(
      keys.map((key) => groups.commit(fresh(key).set([key, "text"], text))),
    );
    assertEquals(done.filter((version) => version === undefined), []);
    for (const key of keys) assertEquals((await kv.get([key, "text"])).value, text);
    await assertRejects(() => groups.commit(fresh("x").set(["y"], "é".repeat(70_000))), TypeError);
  }));

Deno.test("GroupCommits tells each change of a full disk, and goes on when there is room", () =>
  withGroups(async (groups, kv, commits) => {
    commits.failure = new Error("database or disk is full");
    const refused = await Promise.allSettled(
      ["a", "b", "c"].map((key) => groups.commit(fresh(key))),
    );
    for (const each of refused) {
      const { code, status } = (each as PromiseRejectedResult).reason as JobError;
      assertEquals([code, status], ["out_of_storage", 507]);
    }
    assertEquals(commits.count, 2);
    commits.failure = undefined;
    await groups.commit(fresh("a"));
    assertEquals((await kv.get(["a"])).value, "a");
  }));

Deno.test("GroupCommits does what its changes do one after the other", () =>
  withGroups(async (groups) => {
    const random = new Random(freshSeed());
    const alone = await openKv();
    const commit = commitAlone(alone);
    for (let round = 0; round < 50; round++) {
      // Checks are for keys that are not there: versions differ from store to store.
      const keys = Array.from({ length: random.between(1, 40) }, () => `k${random.below(60)}`);
      const change = (key: string, i: number) =>
        i % 3 === 2 ? new KvChange().delete([key]) : fresh(key);
      const grouped = await Promise.all(keys.map((key, i) => groups.commit(change(key, i))));
      const single = [];
      for (const [i, key] of keys.entries()) single.push(await commit(change(key, i)));
      const outcomes = [grouped, single].map((all) => all.map((each) => each !== undefined));
      assertEquals(outcomes[0], outcomes[1], `seed ${random.seed}, round ${round}`);
    }
    alone.close();
  }));
