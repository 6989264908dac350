#!/usr/bin/env bash
# com.clearspring.analytics:stream 2.9.8 (Maven): new BloomFilter(numElements, maxFalsePosProbability).
# Guess: at most about the share of false positives that it is asked for, or an error or a warning if it cannot be had.
# Seen: no filter has more than 15 bits and 8 hashes for a key, and none less than 0.08 % of false positives: for 0.01 % it has eight times
# as many as asked for, for 0.001 % eighty times, in the same 150080 bits as for 0.1 %. Nothing tells of it.
# Hurt: whoever leaves out keys already seen, and asks for one in 100000 so as to lose almost none: one in 1200 is lost.
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
import com.clearspring.analytics.stream.membership.BloomFilter;

public class Probe {
  public static void main(String[] args) {
    for (String asked : new String[] {"0.01", "0.001", "0.0001", "0.00001"}) {
      BloomFilter filter = new BloomFilter(10_000, Double.parseDouble(asked));
      for (int number = 0; number < 10_000; number++) {
        filter.add("key " + number);
      }
      int wrong = 0;
      for (int number = 0; number < 1_000_000; number++) {
        wrong += filter.isPresent("other " + number) ? 1 : 0;
      }
      System.out.println(asked + " asked for: " + wrong + " of a million, with " + filter.buckets() + " bits and "
          + filter.getHashCount() + " hashes");
    }
  }
}
E
java -cp 'lib/*' Probe.java | tee seen

cat >expected <<'E'
0.01 asked for: 9195 of a million, with 100032 bits and 5 hashes
0.001 asked for: 924 of a million, with 150080 bits and 7 hashes
0.0001 asked for: 815 of a million, with 150080 bits and 8 hashes
0.00001 asked for: 815 of a million, with 150080 bits and 8 hashes
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
