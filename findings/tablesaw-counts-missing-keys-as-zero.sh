#!/usr/bin/env bash
# tablesaw-core 0.44.4 (Maven): Table.countBy(column) and summarize(…, count).by(column) where keys are missing.
# Guess: a group for missing keys with as many rows as it has, or no such group.
# Seen: countBy lists a group for them and gives it 0 rows, whatever their number: it counts values that are there, and the key is not.
# The texts NA, null and * of a CSV are missing keys as well, so that they share the group of 0.
# Hurt: whoever counts country codes (NA is Namibia), answers or users: rows are lost, and the table says that there were none.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat >pom.xml <<'X'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>probe</groupId><artifactId>probe</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>tech.tablesaw</groupId><artifactId>tablesaw-core</artifactId><version>0.44.4</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
X
mvn -q -B dependency:copy-dependencies -DoutputDirectory=lib >mvn.log 2>&1 || { cat mvn.log; exit 1; }
cat >Probe.java <<'E'
import java.io.StringReader;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

public class Probe {
  public static void main(String[] args) throws Exception {
    Table table = Table.read().csv(new StringReader("country,hits\nDE,1\nNA,2\nDE,3\nNA,4\n,5\n"));
    System.out.println("rows: " + table.rowCount());
    for (Row row : table.countBy("country")) {
      System.out.println("[" + row.getString(0) + "] " + row.getInt(1));
    }
  }
}
E
java -cp 'lib/*' Probe.java | tee seen

cat >expected <<'E'
rows: 5
[DE] 2
[] 0
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
