import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { commit } from "../../src/store/kv_commit.ts";

Deno.test("commit() tries again while another has the file, and tells other failures", async () => {
  const failures = [new TypeError("database is locked"), new TypeError("database is locked")];
  let commits = 0;
  const change = {
    commit() {
      commits++;
      const failure = failures.shift();
      if (failure) return Promise.reject(failure);
      return Promise.resolve({ ok: true, versionstamp: "1" });
    },
  } as unknown as Deno.AtomicOperation;
  assert((await commit(change)).ok);
  assertEquals(commits, 3);
  failures.push(new TypeError("Value too large"));
  await assertRejects(() => commit(change), TypeError, "Value too large");
  failures.push(new TypeError("database or disk is full"));
  const error = await assertRejects(() => commit(change), JobError);
  assertEquals(error.code, "out_of_storage");
});
