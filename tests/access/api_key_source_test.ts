import { assert, assertEquals, assertThrows } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import { addApiKey, listApiKeys, revokeApiKey } from "../../src/access/api_key_file.ts";
import { openApiKeys } from "../../src/access/api_key_source.ts";
import { JobError } from "../../src/contract/problems.ts";
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

Deno.test("addApiKey() keeps no key, and only the owner may read the file", async () => {
  await withPath((path) => {
    const { token, row } = addApiKey(path, { tenant: "acme", weight: 2 });
    const text = Deno.readTextFileSync(path);
    assert(!text.includes(token.slice(16, 40)), "the file holds the key");
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    assertEquals(listApiKeys(path), [JSON.parse(JSON.stringify(row))]);
    addApiKey(path, { tenant: "other" });
    assertEquals(listApiKeys(path).map(({ tenant }) => tenant), ["acme", "other"]);
    revokeApiKey(path, row.id);
    assertEquals(listApiKeys(path).map(({ tenant }) => tenant), ["other"]);
    assertThrows(() => revokeApiKey(path, row.id), Error, `there is no key '${row.id}'`);
  });
});

Deno.test("addApiKey() leaves a file alone that it cannot read or that another changes", async () => {
  await withPath((path) => {
    Deno.writeTextFileSync(path, "[{]");
    assertThrows(() => addApiKey(path, { tenant: "acme" }), SyntaxError);
    assertEquals(Deno.readTextFileSync(path), "[{]");
    Deno.writeTextFileSync(`${path}.new`, "");
    assertThrows(() => addApiKey(path, { tenant: "acme" }), Error, "another change is under way");
    assertEquals(Deno.readTextFileSync(path), "[{]");
  });
});

Deno.test("openApiKeys() follows its file, and keeps the old keys while it cannot be read", async () => {
  await withPath((path) => {
    const first = addApiKey(path, { tenant: "acme" });
    using keys = openApiKeys(path);
    const opens = ({ token }: { token: string }) => keys.ring.verify(token).tenant;
    assertEquals(opens(first), "acme");
    const second = addApiKey(path, { tenant: "other" });
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

Deno.test("openApiKeys() warns of a file that others may write to", async () => {
  await withPath((path) => {
    addApiKey(path, { tenant: "acme" });
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
        openApiKeys(path)[Symbol.dispose]();
      } finally {
        resetSync();
      }
      assertEquals(said.map((line) => line.mode), modes);
      assert(said.every(({ level }) => level === "warning" || level === "warn"), `${said.length}`);
    }
  });
});

Deno.test("openApiKeys() takes the rows themselves, and throws what is wrong with them", async () => {
  await withPath((path) => {
    const { token } = addApiKey(path, { tenant: "acme" });
    using keys = openApiKeys(JSON.stringify(listApiKeys(path)));
    assertEquals(keys.ring.verify(token).tenant, "acme");
    assertThrows(() => openApiKeys("[5]"), Error, "row 0 is no object");
    assertThrows(() => openApiKeys(`${path}.not`), Deno.errors.NotFound);
  });
});
