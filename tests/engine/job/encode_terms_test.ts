import { assertEquals } from "@std/assert";
import {
  FLAG_FOLD,
  FLAG_ICU,
  FLAG_KEEP_CR,
  FLAG_LINE_BOUND,
  FLAG_NFC,
  FLAG_REJECT_INVALID,
  FLAG_STOP_ALL,
  FLAG_STOP_TOKENS,
  ORDER_COUNT,
  ORDER_KEY,
  TOKENIZER_KEYS,
  TOKENIZER_WHITESPACE,
} from "../../../assembly/layout.ts";
import { createCountOptions } from "../../../src/contract/options.ts";
import { encodeFlags, encodeTerms } from "../../../src/engine/job/encode_terms.ts";

Deno.test("encodeTerms() names tokenizer and order by their numbers, and a locale for ICU alone", () => {
  const options = createCountOptions({
    tokenizer: "whitespace",
    n: 3,
    order: "key",
    top: 5,
    min: 2,
  });
  const { tokenizer, n, order, top, minCount, locale } = encodeTerms(options);
  assertEquals(
    [tokenizer, n, order, top, minCount, locale],
    [TOKENIZER_WHITESPACE, 3, ORDER_KEY, 5, 2, ""],
  );
  const icu = encodeTerms(createCountOptions({ tokenizer: "icu", locale: "ja" }));
  assertEquals([icu.tokenizer, icu.order, icu.locale], [TOKENIZER_KEYS, ORDER_COUNT, "ja"]);
});

Deno.test("encodeTerms() bounds counts, however they are put together, and no values", () => {
  const options = createCountOptions({ min: 2, max: 9 });
  const sums = { output: "values", op: "sum", value: "i64" } as const;
  const values = { op: "sum", type: "i64" } as const;
  const distinct = { op: "distinct", type: "i64" } as const;
  const boundsOf = (...given: Parameters<typeof encodeTerms>) => {
    const { minCount, maxCount } = encodeTerms(...given);
    return [minCount, maxCount];
  };
  assertEquals(boundsOf(options), [2, 9]);
  assertEquals(boundsOf(options, sums), [2, 9]);
  assertEquals(boundsOf(options, { output: "keys" }, distinct), [2, 9]);
  assertEquals(boundsOf(options, sums, values), [0, 0]);
});

Deno.test("encodeFlags() has a bit for each option that changes how keys are made", () => {
  const plain = { case: "preserve", normalization: "none", invalid: "replace" } as const;
  const base = createCountOptions({ ...plain, tokenizer: "lines" });
  assertEquals(encodeFlags(base, false), 0);
  const flags = [
    [{ case: "fold" }, FLAG_FOLD],
    [{ normalization: "nfc" }, FLAG_NFC],
    [{ invalid: "reject" }, FLAG_REJECT_INVALID],
    [{ lineBound: true }, FLAG_LINE_BOUND],
    [{ keepCR: true }, FLAG_KEEP_CR],
    [{ stopMode: "all" }, FLAG_STOP_ALL],
    [{ tokenizer: "icu" }, FLAG_ICU],
  ] as const;
  for (const [change, flag] of flags) {
    assertEquals(encodeFlags({ ...base, ...change }, false), flag);
  }
  assertEquals(encodeFlags(base, true), FLAG_STOP_TOKENS);
});
