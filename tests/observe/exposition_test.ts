import { assertEquals } from "@std/assert";
import { formatMetric } from "../../src/observe/exposition.ts";

Deno.test("formatMetric() writes help, type and one line per sample", () => {
  const text = formatMetric("jobs_total", { type: "counter", about: "Jobs" }, [
    { labels: { outcome: "done", tenant: "a" }, value: 3 },
    { labels: { outcome: "failed" }, value: 0.25 },
    { value: Infinity },
  ]);
  const lines = [
    "# HELP jobs_total Jobs",
    "# TYPE jobs_total counter",
    'jobs_total{outcome="done",tenant="a"} 3',
    'jobs_total{outcome="failed"} 0.25',
    "jobs_total +Inf",
  ];
  assertEquals(text, lines.join("\n") + "\n");
});

Deno.test("formatMetric() escapes backslashes, quotes and line feeds", () => {
  const text = formatMetric("x", { type: "gauge", about: 'a\\b"\n' }, [
    { labels: { path: '\\"\n' }, value: 1 },
  ]);
  assertEquals(text, '# HELP x a\\\\b"\\n\n# TYPE x gauge\nx{path="\\\\\\"\\n"} 1\n');
});
