import { assert, assertEquals } from "@std/assert";
import { readRate } from "../../src/access/rate.ts";
import { RateLimiter } from "../../src/access/rate_limiter.ts";
import { freshSeed, Random } from "../support/random.ts";

Deno.test("readRate() reads requests in a second, a minute or an hour", () => {
  assertEquals(readRate("100/s"), { requests: 100, windowMs: 1000 });
  assertEquals(readRate("1/m"), { requests: 1, windowMs: 60_000 });
  assertEquals(readRate("5000/h"), { requests: 5000, windowMs: 3_600_000 });
  for (const text of ["", "0/s", "1", "1/d", "-1/s", "1.5/s", "1 /s"]) {
    assertEquals(readRate(text), null, text);
  }
});

Deno.test("RateLimiter.take() grants a burst, then one each time a token comes", () => {
  let now = 1e6;
  const limiter = new RateLimiter(() => now);
  const rate = { requests: 3, windowMs: 60_000 };
  const take = () => {
    const { granted, remaining, nextSeconds } = limiter.take("a", rate);
    return [granted, remaining, nextSeconds];
  };
  assertEquals([take(), take(), take()], [[true, 2, 20], [true, 1, 20], [true, 0, 20]]);
  assertEquals(take(), [false, 0, 20]);
  now += 19_001;
  assertEquals(take(), [false, 0, 1]);
  now += 999;
  assertEquals(take(), [true, 0, 20]);
  assertEquals(limiter.take("b", rate).remaining, 2);
  now += 60_000;
  assertEquals(take(), [true, 2, 20]);
});

Deno.test("RateLimiter.take() grants the rate and a burst over any time, and no more", () => {
  const random = new Random(freshSeed());
  for (let round = 0; round < 50; round++) {
    const rate = { requests: random.between(2, 50), windowMs: random.between(100, 100_000) };
    let now = 0;
    const limiter = new RateLimiter(() => now);
    let granted = 0;
    const empty = () => {
      while (limiter.take("a", rate).granted) {
        assert(++granted < 10_000, `it grants without end, seed ${random.seed}`);
      }
    };
    empty(); // a full bucket takes no more tokens
    for (let i = 0; i < 500; i++) {
      now += random.between(0, Math.ceil(rate.windowMs / rate.requests));
      if (limiter.take("a", rate).granted) granted++;
    }
    const most = rate.requests + now * rate.requests / rate.windowMs;
    assert(granted <= most + 1e-3, `${granted} of ${most}, seed ${random.seed}`);
    empty();
    assert(granted > most - 1, `${granted} of ${most}, seed ${random.seed}`);
  }
});

Deno.test("RateLimiter forgets who was away longest, and never more than it must", () => {
  const limiter = new RateLimiter(() => 0, 100);
  const rate = { requests: 1, windowMs: 1000 };
  const granted = (name: string) => limiter.take(name, rate).granted;
  for (let i = 0; i < 100; i++) assertEquals(granted(`${i}`), true);
  assertEquals([granted("0"), limiter.size], [false, 100]);
  for (let i = 0; i < 1000; i++) granted(`visitor ${i}`);
  assertEquals([limiter.size, granted("visitor 999"), granted("1")], [100, false, true]);
});
