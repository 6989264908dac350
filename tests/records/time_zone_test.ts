import { assertEquals } from "@std/assert";
import { askIntl, askTemporal, tableOf, zoneTable } from "../../src/records/time_zone.ts";
import { HAS_TEMPORAL } from "../support/oracle/oracle_time.ts";

const ZONES = [
  "UTC",
  "Etc/GMT+5",
  "Europe/London",
  "America/Havana",
  "Africa/Casablanca",
  "Asia/Manila",
  "Pacific/Apia",
  "Australia/Lord_Howe",
];

for (const zone of ZONES) {
  Deno.test({
    name: `zoneTable() has the same clock of ${zone} from Intl as from Temporal`,
    ignore: !HAS_TEMPORAL,
    fn() {
      assertEquals(tableOf(zone, askIntl(zone)), tableOf(zone, askTemporal(zone)));
    },
  });
}

Deno.test("zoneTable() ends where clocks will still be moved", () => {
  assertEquals(zoneTable("America/New_York").until, Date.UTC(2200) / 1000);
  assertEquals(zoneTable("Asia/Kolkata").until, 2 ** 40);
  assertEquals(zoneTable("UTC").segments, [{ from: -(2 ** 40), offset: 0 }]);
});
