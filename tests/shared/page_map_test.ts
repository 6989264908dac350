import { assertEquals } from "@std/assert";
import { PAGE_BYTES, PAGE_JOB, PAGES } from "../../assembly/layout.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";

const create = (freePages: number) => SharedHeap.create(PAGES + (freePages + 1) * PAGE_BYTES);

Deno.test("PageMap.allocate() takes the first span that fits and frees it for the next", () => {
  const { pages } = create(8);
  const first = pages.allocate(3, PAGE_JOB);
  const second = pages.allocate(2, PAGE_JOB + 1);
  assertEquals(first, PAGES);
  assertEquals(second, PAGES + 3 * PAGE_BYTES);
  pages.free(first, 3);
  assertEquals(pages.allocate(4, PAGE_JOB), 0, "three pages here and three there are not four");
  assertEquals(pages.allocate(1, PAGE_JOB), PAGES);
  assertEquals(pages.allocate(3, PAGE_JOB), PAGES + 5 * PAGE_BYTES);
});

Deno.test("PageMap.allocate() gives zeroed pages, also when they were used before", () => {
  const { pages, bytes } = create(4);
  const address = pages.allocate(2, PAGE_JOB);
  bytes.fill(7, address, address + 2 * PAGE_BYTES);
  pages.free(address, 2);
  const again = pages.allocate(2, PAGE_JOB);
  assertEquals(again, address);
  assertEquals(bytes.subarray(again, again + 2 * PAGE_BYTES).every((byte) => byte === 0), true);
});

Deno.test("PageMap.allocate() returns 0 when memory is short and keeps nothing", () => {
  const { pages } = create(4);
  assertEquals(pages.allocate(5, PAGE_JOB), 0);
  assertEquals(pages.usage().jobs, 0);
  assertEquals(pages.allocate(4, PAGE_JOB), PAGES);
});

Deno.test("PageMap.release() frees the pages of one owner and of no other", () => {
  const { pages } = create(8);
  for (let i = 0; i < 4; i++) {
    pages.allocate(1, PAGE_JOB + 5);
    pages.allocate(1, PAGE_JOB + 6);
  }
  assertEquals(pages.release(PAGE_JOB + 5), 4);
  assertEquals(pages.usage().jobs, 4);
  assertEquals(pages.release(PAGE_JOB + 5), 0);
});
