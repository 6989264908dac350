/** A number that only grows, a number that goes up and down, or a distribution. */
export type MetricType = "counter" | "gauge" | "histogram";

/** The type of a metric, and a sentence about it. */
export interface Metric {
  type: MetricType;
  about: string;
}

/** One number of a metric; `suffix` is for the parts of a histogram. */
export interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
  suffix?: "_bucket" | "_sum" | "_count";
}

/** Content type of the text format. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * A metric in Prometheus' text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 *
 * Written here because half of the numbers are a snapshot of the engine and the others stand in
 * arrays that a request can bump without building labels; prom-client would add 50 ms to a start
 * of 70 ms for these lines.
 */
export function formatMetric(name: string, metric: Metric, samples: Iterable<Sample>): string {
  let text = `# HELP ${name} ${escapeHelp(metric.about)}\n# TYPE ${name} ${metric.type}\n`;
  for (const { labels, value, suffix = "" } of samples) {
    text += `${name}${suffix}${formatLabels(labels)} ${formatValue(value)}\n`;
  }
  return text;
}

/** Numbers of one metric, told apart by a label. */
export function byLabel(label: string, numbers: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(numbers).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

/** A bucket's bound or a sample's value. */
export function formatValue(value: number): string {
  return value === Infinity ? "+Inf" : String(value);
}

function formatLabels(labels: Sample["labels"]): string {
  if (labels === undefined) return "";
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return `{${pairs.join(",")}}`;
}

function escapeHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabel(text: string): string {
  return escapeHelp(text).replaceAll('"', '\\"');
}
