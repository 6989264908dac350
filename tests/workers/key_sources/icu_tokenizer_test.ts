import { assert, assertEquals } from "@std/assert";
import { JOB_LOCALE, JOBS, OK, PAGES, STOPPED } from "../../../assembly/layout.ts";
import { SharedHeap } from "../../../src/shared/shared_heap.ts";
import { IcuTokenizer } from "../../../workers/key_sources/icu_tokenizer.ts";

const encoder = new TextEncoder();

/** A text in shared memory, and how often its tokenizer asks whether it is wanted. */
function createTask(text: string, wanted = Infinity) {
  const heap = SharedHeap.create(16 * 1024 * 1024);
  const bytes = encoder.encode(text);
  heap.bytes.set(bytes, PAGES);
  heap.bytes.set(encoder.encode("en"), JOBS + JOB_LOCALE);
  const asked = { times: 0 };
  const tokenizer = new IcuTokenizer(heap, () => asked.times++ < wanted);
  const tokenize = () => tokenizer.tokenize(0, PAGES, bytes.length);
  const setLocale = (locale: string) => heap.bytes.set(encoder.encode(locale), JOBS + JOB_LOCALE);
  return { asked, tokenize, setLocale };
}

Deno.test("IcuTokenizer.tokenize() asks again and again whether its task is wanted", () => {
  const { asked, tokenize } = createTask("\u4e2d ".repeat(20_000));
  const { status, bytes } = tokenize();
  assertEquals([status, bytes.length], [OK, 20_000 * (4 + 3)]);
  assert(asked.times >= 30, `asked ${asked.times} times`);
});

Deno.test("IcuTokenizer.tokenize() leaves off where its task is not wanted any more", () => {
  for (const wanted of [0, 1, 7]) {
    const { asked, tokenize } = createTask("word ".repeat(20_000), wanted);
    const { status, bytes } = tokenize();
    assertEquals([status, bytes.length, asked.times], [STOPPED, 0, wanted + 1]);
  }
});

Deno.test("IcuTokenizer keeps few segmenters, however many locales are named", () => {
  const { tokenize, setLocale } = createTask("a b");
  let made = 0;
  const { Segmenter } = Intl;
  const intl: { Segmenter: typeof Segmenter } = Intl;
  intl.Segmenter = new Proxy(Segmenter, {
    construct(target, args: ConstructorParameters<typeof Segmenter>) {
      made++;
      return new target(...args);
    },
  });
  try {
    for (const round of [1, 2]) {
      for (let i = 10; i < 90; i++) {
        setLocale(`en-x-a${i}`);
        tokenize();
        tokenize(); // this one is kept
      }
      assertEquals(made, round * 80);
    }
  } finally {
    intl.Segmenter = Segmenter;
  }
});
