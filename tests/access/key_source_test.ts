import { assertEquals, assertThrows } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import { addKey, listKeys, revokeKey } from "../../src/access/key_file.ts";
import { openKeys } from "../../src/access/key_source.ts";
import { JobError } from "../../src/errors.ts";
import { captureLogs } from "../support/logs.ts";

/** Runs a test with the path of a file that does not exist yet. */
async function withPath(run: (path: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/keys.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("addKey() keeps no key, and only the owner may read the file", async () => {
  await withPath((path) => {
    const { token, row } = addKey(path, { tenant: "acme", weight: 2 });
    const text = Deno.readTextFileSync(path);
    assertEquals(text.includes(token.slice(16, 40)), false);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    assertEquals(listKeys(path), [JSON.parse(JSON.stringify(row))]);
    addKey(path, { tenant: "other" });
    assertEquals(listKeys(path).map(({ tenant }) => tenant), ["acme", "other"]);
    revokeKey(path, row.id);
    assertEquals(listKeys(path).map(({ tenant }) => tenant), ["other"]);
    assertThrows(() => revokeKey(path, row.id), Error, `there is no key '${row.id}'`);
  });
});

Deno.test("addKey() leaves a file alone that it cannot read or that another changes", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(path, "[{]");
    assertThrows(() => addKey(path, { tenant: "acme" }), SyntaxError);
    assertEquals(Deno.readTextFileSync(path), "[{]");
    Deno.writeTextFileSync(`${path}.new`, "");
    assertThrows(() => addKey(path, { tenant: "acme" }), Error, "another change is under way");
    assertEquals(Deno.readTextFileSync(path), "[{]");
  });
});

Deno.test("openKeys() follows its file, and keeps the old keys while it cannot be read", async () => {
  await withPath((path) => {
    const first = addKey(path, { tenant: "acme" });
    using keys = openKeys(path);
    const opens = ({ token }: { token: string }) => keys.ring.verify(token).tenant;
    assertEquals(opens(first), "acme");
    const second = addKey(path, { tenant: "other" });
    assertThrows(() => opens(second), JobError);
    const said = captureLogs();
    try {
      keys.reload();
      assertEquals(opens(second), "other");
      Deno.writeTextFileSync(path, "[");
      keys.reload();
      Deno.removeSync(path);
      keys.reload();
    } finally {
      resetSync();
    }
    assertEquals([said.length, said[0].msg, opens(first)], [3, "Keys read again", "acme"]);
    assertEquals([said[0].keys, said.map(({ level }) => level)], [2, ["info", "error", "error"]]);
  });
});

Deno.test("openKeys() warns of a file that others may write to", async () => {
  await withPath((path) => {
    addKey(path, { tenant: "acme" });
    const rows: [mode: number, said: string[]][] = [
      [0o600, []],
      [0o644, []],
      [0o660, ["0660"]],
      [0o666, ["0666"]],
    ];
    for (const [mode, modes] of rows) {
      Deno.chmodSync(path, mode);
      const said = captureLogs();
      try {
        openKeys(path)[Symbol.dispose]();
      } finally {
        resetSync();
      }
      assertEquals(said.map((line) => line.mode), modes);
      assertEquals(said.every(({ level }) => level === "warning" || level === "warn"), true);
    }
  });
});

Deno.test("openKeys() takes the rows themselves, and throws what is wrong with them", async () => {
  await withPath((path) => {
    const { token } = addKey(path, { tenant: "acme" });
    using keys = openKeys(JSON.stringify(listKeys(path)));
    assertEquals(keys.ring.verify(token).tenant, "acme");
    assertThrows(() => openKeys("[5]"), Error, "row 0 is no object");
    assertThrows(() => openKeys(`${path}.not`), Deno.errors.NotFound);
  });
});
