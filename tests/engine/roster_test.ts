import { assertEquals } from "@std/assert";
import { type Listed, Roster } from "../../src/engine/roster.ts";

interface Member extends Listed {
  name: string;
}

Deno.test("Roster holds who was added and not deleted, whatever the order", () => {
  const roster = new Roster<Member>();
  const members = [..."abcdef"].map((name) => ({ name, rosterIndex: -1 }));
  const names = () => [...roster].map(({ name }) => name).sort().join("");
  for (const member of members) roster.add(member);
  assertEquals([names(), roster.size], ["abcdef", 6]);
  for (const [deleted, left] of [[0, "bcdef"], [5, "bcde"], [2, "bde"], [4, "bd"]] as const) {
    roster.delete(members[deleted]);
    assertEquals(names(), left);
  }
  roster.add(members[0]);
  assertEquals([names(), roster.size], ["abd", 3]);
});

Deno.test("Roster can lose members while it is walked", () => {
  const roster = new Roster<Member>();
  for (const name of "abc") roster.add({ name, rosterIndex: -1 });
  for (const member of roster) roster.delete(member);
  assertEquals(roster.size, 0);
});
