#!/usr/bin/env bash
# univocity-parsers 2.9.1 (Maven): CsvParser with the settings as they come, on plain CSV.
# Guess: every line is a row and every field is given as it stands, as RFC 4180 says ("spaces are considered part of a field").
# Seen: a row whose first field begins with "#" is taken for a comment and left out, with no error, even as the first row;
# blanks around unquoted fields are cut off, so " a" and "a" are one; "" and nothing are both null. Only quotes keep "#" and blanks.
# Hurt: whoever counts tags, channels, colours or numbers such as #1: those keys have no count at all.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.univocity</groupId><artifactId>univocity-parsers</artifactId><version>2.9.1</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat >Probe.java <<'E'
import com.univocity.parsers.csv.*;
import java.io.*;
import java.util.*;

public class Probe {
  static void show(String text) {
    CsvParserSettings settings = new CsvParserSettings();
    StringBuilder out = new StringBuilder();
    for (String[] row : new CsvParser(settings).parseAll(new StringReader(text))) {
      out.append(' ');
      for (String field : row) out.append(field == null ? "<null>" : "<" + field + ">");
    }
    System.out.println(text.replace("\n", "/") + " ->" + out);
  }
  public static void main(String[] args) {
    show("key,n\na,1\n#news,2\n#ff0000,3\n");
    show("#id,n\na,1\n");
    show("key,n\n\"#news\",2\n");
    show("key,n\n a,1\na ,2\n\" a\",3\n");
    show("key,n\n,1\n\"\",2\n");
  }
}
E
java -cp 'lib/*' Probe.java | tee seen

cat >expected <<'E'
key,n/a,1/#news,2/#ff0000,3/ -> <key><n> <a><1>
#id,n/a,1/ -> <a><1>
key,n/"#news",2/ -> <key><n> <#news><2>
key,n/ a,1/a ,2/" a",3/ -> <key><n> <a><1> <a><2> < a><3>
key,n/,1/"",2/ -> <key><n> <null><1> <null><2>
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
