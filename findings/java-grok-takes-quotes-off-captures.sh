#!/usr/bin/env bash
# io.krakens:java-grok 0.1.9 (Maven): capture() of a pattern.
# Guess: what the pattern matched, as the group of the regular expression that it is made into holds it.
# Seen: a capture that begins and ends with one kind of quote has lost both, whatever the pattern, if no such quote is within; a lone quote is
# empty. With one within it keeps all, so that the agent of an Apache line stands with quotes or without by what it holds.
# Hurt: whoever counts by captures: 'x', "x" and x are one key, and one agent is compared with quotes and another without.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.krakens</groupId><artifactId>java-grok</artifactId><version>0.1.9</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat >Probe.java <<'E'
import io.krakens.grok.api.GrokCompiler;

public class Probe {
  public static void main(String[] args) {
    GrokCompiler compiler = GrokCompiler.newInstance();
    compiler.registerDefaultPatterns();
    for (String value : new String[] {"x", "'x'", "\"x\"", "'x' or 'y'", "\"", "\"it's\"", "'it's'"}) {
      System.out.println(value + " -> [" + compiler.compile("key=(?<key>.*)").match("key=" + value).capture().get("key") + "]");
    }
    String line = "1.2.3.4 - - [02/Jan/2026:03:04:05 +0000] \"GET / HTTP/1.1\" 200 12 \"-\" ";
    for (String agent : new String[] {"\"curl\"", "\"my \\\"own\\\" agent\""}) {
      System.out.println("agent " + compiler.compile("%{COMBINEDAPACHELOG}").match(line + agent).capture().get("agent"));
    }
  }
}
E
java -cp 'lib/*' Probe.java 2>java.log | tee seen || { cat java.log; exit 1; }

cat >expected <<'E'
x -> [x]
'x' -> [x]
"x" -> [x]
'x' or 'y' -> ['x' or 'y']
" -> []
"it's" -> [it's]
'it's' -> ['it's']
agent curl
agent "my \"own\" agent"
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
