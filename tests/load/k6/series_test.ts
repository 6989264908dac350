import { assertEquals } from "@std/assert";
import { readCompressedLines, readSeconds } from "../../../load/k6/series.ts";

const point = (metric: string, second: string, value: number) =>
  JSON.stringify({ metric, type: "Point", data: { time: `2026-01-01T00:00:${second}Z`, value } });

const LINES = [
  JSON.stringify({ metric: "answer_ms", type: "Metric", data: { thresholds: [] } }),
  point("answer_ms", "03.500000001", 7),
  point("http_reqs", "01.0", 1),
  point("answer_ms", "03.1", 5),
  point("refusals", "04.2", 1),
  point("dropped_iterations", "06.0", 3),
];

Deno.test("readSeconds() gathers points by seconds since the first, gaps included", async () => {
  const lines = new Blob([LINES.join("\n")]).stream().pipeThrough(new CompressionStream("gzip"));
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, lines);
    assertEquals(await readSeconds(readCompressedLines(path)), [
      { answers: [7, 5], dropped: 0, refused: 0 },
      { answers: [], dropped: 0, refused: 1 },
      { answers: [], dropped: 3, refused: 0 },
    ]);
  } finally {
    await Deno.remove(path);
  }
});
