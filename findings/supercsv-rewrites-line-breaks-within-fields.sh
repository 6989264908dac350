#!/usr/bin/env bash
# super-csv 2.4.0 (Maven): line breaks within fields, on the way out and in, with STANDARD_PREFERENCE.
# Guess: the field is quoted and its text is left alone.
# Seen: the writer turns each LF and each CR of a field into CR LF, the reader turns CR LF and CR into LF. So "a<LF>b" reaches
# any other reader as "a<CR><LF>b", and three keys of a file, with LF, CR and CR LF, are one key after reading.
# Hurt: whoever counts by text of several lines: the same key has another text on the two sides, and distinct keys join.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>net.sf.supercsv</groupId><artifactId>super-csv</artifactId><version>2.4.0</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat >Probe.java <<'E'
import java.io.*;
import java.util.*;
import org.supercsv.io.*;
import org.supercsv.prefs.CsvPreference;

public class Probe {
  static String show(String text) { return text.replace("\r", "<CR>").replace("\n", "<LF>"); }
  public static void main(String[] args) throws Exception {
    StringBuilder given = new StringBuilder();
    for (String key : List.of("a\nb", "a\rb", "a\r\nb")) {
      given.append('"').append(key).append("\",1\r\n");
      StringWriter out = new StringWriter();
      try (CsvListWriter writer = new CsvListWriter(out, CsvPreference.STANDARD_PREFERENCE)) { writer.write(key, "1"); }
      System.out.println("writes " + show(key) + " as " + show(out.toString()));
    }
    try (CsvListReader reader = new CsvListReader(new StringReader(given.toString()), CsvPreference.STANDARD_PREFERENCE)) {
      StringBuilder keys = new StringBuilder();
      for (List<String> row; (row = reader.read()) != null; ) keys.append(' ').append(show(row.get(0)));
      System.out.println("reads " + show(given.toString()) + " as" + keys);
    }
  }
}
E
java -cp 'lib/*' Probe.java | tee seen

cat >expected <<'E'
writes a<LF>b as "a<CR><LF>b",1<CR><LF>
writes a<CR>b as "a<CR><LF>b",1<CR><LF>
writes a<CR><LF>b as "a<CR><LF>b",1<CR><LF>
reads "a<LF>b",1<CR><LF>"a<CR>b",1<CR><LF>"a<CR><LF>b",1<CR><LF> as a<LF>b a<LF>b a<LF>b
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
