/** What k6 saw in one second. */
export interface Second {
  /** Milliseconds of each answer that came in it. */
  answers: number[];
  /** Arrivals that nobody was free for. */
  dropped: number;
  /** Requests that the server refused since it was busy. */
  refused: number;
}

/** A line of k6's output for programs. */
interface PointLine {
  type: "Metric" | "Point";
  metric: string;
  data: { time: string; value: number; tags?: { scenario?: string } };
}

/** Metrics that make up a second. The quick test keeps lines of others from being parsed. */
const METRICS = /"metric":"(answer_ms|dropped_iterations|refusals)"/;

/** Reads what k6 wrote with `--out json`; lines are points. The first second is that of the first. */
export async function readSeconds(lines: AsyncIterable<string>): Promise<Second[]> {
  const points: { second: number; metric: string; value: number }[] = [];
  for await (const line of lines) {
    if (!METRICS.test(line)) continue;
    const { type, metric, data } = JSON.parse(line) as PointLine;
    if (type !== "Point") continue;
    points.push({ second: Date.parse(data.time) / 1000, metric, value: data.value });
  }
  const first = points.reduce((least, { second }) => Math.min(least, second), Infinity);
  const seconds: Second[] = [];
  for (const { second, metric, value } of points) {
    const at = Math.floor(second - first);
    while (seconds.length <= at) seconds.push({ answers: [], dropped: 0, refused: 0 });
    if (metric === "answer_ms") seconds[at].answers.push(value);
    else if (metric === "refusals") seconds[at].refused += value;
    else seconds[at].dropped += value;
  }
  return seconds;
}

/** The lines of a file that k6 wrote and compressed. */
export async function* readCompressedLines(path: string): AsyncGenerator<string> {
  const file = await Deno.open(path);
  const text = file.readable
    .pipeThrough(new DecompressionStream("gzip"))
    .pipeThrough(new TextDecoderStream());
  let rest = "";
  for await (const piece of text) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
