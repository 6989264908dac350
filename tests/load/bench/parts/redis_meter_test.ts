import { assertEquals } from "@std/assert";
import { readCommandStats } from "../../../../load/bench/parts/redis_meter.ts";

Deno.test("readCommandStats() adds up calls, tells scripts apart, and leaves out what meters ask", () => {
  const text = `# Commandstats
cmdstat_evalsha:calls=7,usec=900,usec_per_call=128.57,rejected_calls=0,failed_calls=1
cmdstat_xread:calls=5,usec=50,usec_per_call=10.00,rejected_calls=0,failed_calls=0
cmdstat_info:calls=100,usec=5000,usec_per_call=50.00,rejected_calls=0,failed_calls=0
cmdstat_memory|stats:calls=100,usec=5000,usec_per_call=50.00,rejected_calls=0,failed_calls=0
cmdstat_client|setname:calls=2,usec=4,usec_per_call=2.00,rejected_calls=0,failed_calls=0
`.replaceAll("\n", "\r\n");
  assertEquals(readCommandStats(text), { calls: 14, scripts: 7 });
});
