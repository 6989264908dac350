#!/usr/bin/env bash
# com.clearspring.analytics:stream 2.9.8 (Maven): TDigest, quantiles of a stream.
# Guess: of few values the quantiles are nearly exact; a greater rank never has a lesser value, and each lies between the least and the greatest.
# Seen: of 1, 2 and 3 the median is 1.5, the 75th percentile 3.75, above every value, and 0 % is 2; the 25th is less than the 10th. Of 1 to 10
# the median is 4 and 99 % are 10.10. From a hundred values on it is one value too low, and 0 % is the second.
# Hurt: whoever takes percentiles of small groups: a p75 or p99 that no request had, and alerts at bounds that nothing passed.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.clearspring.analytics</groupId><artifactId>stream</artifactId><version>2.9.8</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat >Probe.java <<'E'
import com.clearspring.analytics.stream.quantile.TDigest;
import java.util.Locale;
import java.util.Random;

public class Probe {
  public static void main(String[] args) {
    for (int count : new int[] {3, 5, 10, 100, 1000}) {
      TDigest digest = new TDigest(100, new Random(1));
      for (int value = 1; value <= count; value++) {
        digest.add(value);
      }
      System.out.print("1 to " + count + ":");
      for (double rank : new double[] {0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1}) {
        System.out.printf(Locale.ROOT, " p%.0f %.2f", rank * 100, digest.quantile(rank));
      }
      System.out.println();
    }
  }
}
E
java -cp 'lib/*' Probe.java | tee seen

cat >expected <<'E'
1 to 3: p0 2.00 p10 1.70 p25 1.25 p50 1.50 p75 3.75 p90 3.30 p99 3.03 p100 3.00
1 to 5: p0 2.00 p10 1.50 p25 1.75 p50 2.50 p75 3.25 p90 5.50 p99 5.05 p100 5.00
1 to 10: p0 2.00 p10 1.00 p25 2.50 p50 4.00 p75 7.50 p90 8.00 p99 10.10 p100 10.00
1 to 100: p0 2.00 p10 9.00 p25 24.00 p50 49.00 p75 74.00 p90 89.00 p99 98.00 p100 100.00
1 to 1000: p0 2.00 p10 99.00 p25 249.00 p50 499.00 p75 749.00 p90 899.00 p99 989.00 p100 1000.00
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
