import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { apiKeyIdOf, createApiKey, digestOf } from "../../src/access/api_key.ts";

Deno.test("createApiKey() makes keys of one form that differ", () => {
  const { id, token } = createApiKey();
  assertMatch(token, /^mr_[0-9a-f]{12}_[0-9a-f]{72}$/);
  assertEquals([apiKeyIdOf(token), token.slice(3, 15)], [id, id]);
  assertNotEquals(createApiKey().token, token);
});

Deno.test("apiKeyIdOf() knows a key from every key with one character changed, lost or added", () => {
  const { token } = createApiKey();
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
      assertEquals(apiKeyIdOf(other), undefined, other);
    }
  }
});

Deno.test("digestOf() is SHA-256", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assertEquals(digestOf("abc").toString("hex"), abc); // FIPS 180-2, appendix B.1
});
