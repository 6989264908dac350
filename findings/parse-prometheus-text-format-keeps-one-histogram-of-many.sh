#!/usr/bin/env bash
# parse-prometheus-text-format 1.1.1 (npm): a histogram and a summary that have a label of their own, such as a path.
# Guess: one metric for each set of labels, with its buckets, sum and count, as a counter with the same labels comes out.
# Seen: all sets are one metric, of which each bucket is the one that comes last. The label is gone, and so are sum and count, even where
# there is one path alone. Without a label of its own a histogram is right.
# Hurt: whoever reads latencies by path off /metrics: the last path of the page stands for the service, and no error tells.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund parse-prometheus-text-format@1.1.1

cat >run.mjs <<'E'
import parse from "parse-prometheus-text-format";
const show = (name, text) => console.log(`${name}: ${JSON.stringify(parse(text)[0].metrics)}`);

const histogram = (label, fast, all) => {
  const of = label === "" ? "" : `{${label}}`;
  const bucket = (bound, count) => `t_bucket{${[label, `le="${bound}"`].filter((part) => part !== "").join(",")}} ${count}\n`;
  return bucket("0.1", fast) + bucket("+Inf", all) + `t_sum${of} 7\nt_count${of} ${all}\n`;
};
show("counter", '# TYPE n counter\nn{path="/a"} 900\nn{path="/b"} 3\n');
show("histogram", "# TYPE t histogram\n" + histogram("", 890, 900));
show("of two paths", "# TYPE t histogram\n" + histogram('path="/a"', 890, 900) + histogram('path="/b"', 1, 3));
show("of one path", "# TYPE t histogram\n" + histogram('path="/a"', 890, 900));
show("summary of two", '# TYPE q summary\nq{path="/a",quantile="0.5"} 0.01\nq{path="/b",quantile="0.5"} 4\n');
E
node run.mjs | tee seen

cat >expected <<'E'
counter: [{"value":"900","labels":{"path":"/a"}},{"value":"3","labels":{"path":"/b"}}]
histogram: [{"buckets":{"0.1":"890","+Inf":"900"},"count":"900","sum":"7"}]
of two paths: [{"buckets":{"0.1":"1","+Inf":"3"}}]
of one path: [{"buckets":{"0.1":"890","+Inf":"900"}}]
summary of two: [{"quantiles":{"0.5":"4"}}]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
