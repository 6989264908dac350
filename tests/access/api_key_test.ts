import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { createKey, digestOf, keyIdOf } from "../../src/access/api_key.ts";

Deno.test("createKey() makes keys of one form that differ", () => {
  const { id, token } = createKey();
  assertMatch(token, /^mr_[0-9a-f]{12}_[0-9a-f]{72}$/);
  assertEquals([keyIdOf(token), token.slice(3, 15)], [id, id]);
  assertNotEquals(createKey().token, token);
});

Deno.test("keyIdOf() knows a key from every key with one character changed, lost or added", () => {
  const { token } = createKey();
  for (let at = 0; at < token.length; at++) {
    const changed = token[at] === "0" ? "1" : "0";
    const [before, after] = [token.slice(0, at), token.slice(at + 1)];
    for (
      const other of [
        before + changed + after,
        before + after,
        before + changed + token[at] + after,
      ]
    ) {
      assertEquals(keyIdOf(other), undefined, other);
    }
  }
});

Deno.test("digestOf() is SHA-256", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assertEquals(digestOf("abc").toString("hex"), abc); // FIPS 180-2, appendix B.1
});
