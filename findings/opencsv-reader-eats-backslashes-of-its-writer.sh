#!/usr/bin/env bash
# opencsv 5.12.0 (Maven): CSVWriter and CSVReader, both as they come, on fields that hold a backslash.
# Guess: what the one writes the other reads back; CSV has no escape but the doubled quote.
# Seen: the writer leaves a backslash alone and the reader takes it for an escape: C:\new comes back as C:new, \N as N,
# and a field that ends in a backslash eats its closing quote and raises. In a file of others, a\,b is one field instead of two.
# RFC4180Parser reads all of it well.
# Hurt: whoever counts paths, patterns or users such as DOMAIN\name: keys change or join without an error until one ends in "\".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.opencsv</groupId><artifactId>opencsv</artifactId><version>5.12.0</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat >Probe.java <<'E'
import com.opencsv.*;
import java.io.*;
import java.util.*;

public class Probe {
  static String read(CSVReaderBuilder builder) {
    try (CSVReader reader = builder.build()) {
      StringBuilder out = new StringBuilder();
      for (String[] row : reader.readAll()) out.append(Arrays.toString(row));
      return out.toString();
    } catch (Exception error) {
      return error.getClass().getSimpleName();
    }
  }
  static void show(String name, String text) {
    System.out.println(name + " " + text.trim() + " -> " + read(new CSVReaderBuilder(new StringReader(text)))
      + " | RFC4180Parser " + read(new CSVReaderBuilder(new StringReader(text)).withCSVParser(new RFC4180ParserBuilder().build())));
  }
  public static void main(String[] args) throws Exception {
    for (String key : new String[] {"C:\\new", "DOMAIN\\name", "\\N", "C:\\"}) {
      StringWriter out = new StringWriter();
      try (CSVWriter writer = new CSVWriter(out)) { writer.writeNext(new String[] {key, "1"}); }
      show("written", out.toString());
    }
    show("given", "a\\,b\n");
  }
}
E
java -cp 'lib/*' Probe.java | tee seen

cat >expected <<'E'
written "C:\new","1" -> [C:new, 1] | RFC4180Parser [C:\new, 1]
written "DOMAIN\name","1" -> [DOMAINname, 1] | RFC4180Parser [DOMAIN\name, 1]
written "\N","1" -> [N, 1] | RFC4180Parser [\N, 1]
written "C:\","1" -> CsvMalformedLineException | RFC4180Parser [C:\, 1]
given a\,b -> [a,b] | RFC4180Parser [a\, b]
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
