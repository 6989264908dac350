import { type EChartsOption, init } from "echarts";

/** A chart of some series over one pair of axes. */
export interface Chart {
  /** What it shows; also the name of its file, with hyphens. */
  title: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
}

/** What an axis shows. */
export interface Axis {
  /** With the unit. */
  name: string;
  /** The places of a category axis in their order; without them the axis is of numbers. */
  categories?: readonly string[];
  /** Whether an axis of numbers is logarithmic. */
  logarithmic?: boolean;
}

/** Points of one kind. */
export interface Series {
  name: string;
  kind: "bar" | "line" | "scatter";
  points: readonly (readonly [x: number | string, y: number])[];
}

const WIDTH = 760;
const HEIGHT = 420;

/**
 * Draws a chart.
 *
 * @returns An SVG document.
 * @throws {Error} If there is nothing to draw, or a number is not finite.
 */
export function drawChart(chart: Chart): string {
  requirePoints(chart);
  const canvas = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  try {
    canvas.setOption(describe(chart));
    return canvas.renderToSVGString();
  } finally {
    canvas.dispose();
  }
}

function requirePoints({ title, series }: Chart): void {
  const numbers = series.flatMap(({ points }) => points.flat()).filter((each) =>
    typeof each === "number"
  );
  if (numbers.length === 0) throw new Error(`Cannot draw "${title}": it has no points`);
  const odd = numbers.find((each) => !Number.isFinite(each));
  if (odd !== undefined) throw new Error(`Cannot draw "${title}": ${odd} is no place on an axis`);
}

function describe({ title, x, y, series }: Chart): EChartsOption {
  return {
    animation: false,
    backgroundColor: "#fff", // legible where a page is dark
    title: { text: title, left: "center", textStyle: { fontSize: 15 } },
    legend: { bottom: 4, data: series.map(({ name }) => name) },
    grid: { left: 72, right: 32, top: 48, bottom: 84 },
    xAxis: { ...describeAxis(x), nameLocation: "middle", nameGap: 28 },
    yAxis: { ...describeAxis(y), nameLocation: "middle", nameGap: 52 },
    series: series.map(({ name, kind, points }) => ({
      name,
      type: kind,
      data: points.map((point) => [...point]),
    })),
  };
}

function describeAxis({ name, categories, logarithmic }: Axis) {
  if (categories) return { name, type: "category" as const, data: [...categories] };
  if (logarithmic) return { name, type: "log" as const };
  return { name, type: "value" as const };
}
