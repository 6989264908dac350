#!/usr/bin/env bash
# org.ahocorasick:ahocorasick 0.6.3 (Maven): Trie.builder().onlyWholeWords().
# Guess: a hit has no letter, digit or underscore beside it, as between two \b of a regular expression.
# Seen: letters alone are looked at. E1 is found in E12 and E1_old, node in node7 and in my_node; only "E1" in "E1x" is left out.
# Hurt: whoever counts error codes, hosts or identifiers with it: a short code has the counts of all codes that begin with it.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.ahocorasick</groupId><artifactId>ahocorasick</artifactId><version>0.6.3</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat >Probe.java <<'E'
import org.ahocorasick.trie.Trie;

public class Probe {
  public static void main(String[] args) {
    Trie trie = Trie.builder().onlyWholeWords().addKeywords("E1", "node").build();
    for (String text : new String[] {"E1 node", "E12", "E1_old", "E1x", "node7", "my_node", "nodes"}) {
      System.out.println(text + " -> " + trie.parseText(text));
    }
  }
}
E
java -cp 'lib/*' Probe.java | tee seen

cat >expected <<'E'
E1 node -> [0:1=E1, 3:6=node]
E12 -> [0:1=E1]
E1_old -> [0:1=E1]
E1x -> []
node7 -> [0:3=node]
my_node -> [3:6=node]
nodes -> []
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
