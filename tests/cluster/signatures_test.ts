import { assert } from "@std/assert";
import { Signatures } from "../../src/cluster/signatures.ts";

const NODE = "http://node:8000";

async function isValid(
  signatures: Signatures,
  method: string,
  path: string,
  authorization?: string,
): Promise<boolean> {
  const headers = authorization === undefined ? undefined : { authorization };
  return await signatures.verify(new Request(NODE + path, { method, headers }));
}

Deno.test("Signatures tell who knows the secret, of one method and one path", async () => {
  const signatures = new Signatures("a secret that is long enough for it");
  const signed = await signatures.sign("GET", "/internal/outputs/a/b");
  assert(await isValid(signatures, "GET", "/internal/outputs/a/b", signed));
  assert(!await isValid(signatures, "GET", "/internal/outputs/a/c", signed));
  assert(!await isValid(signatures, "DELETE", "/internal/outputs/a/b", signed));
  assert(
    !await isValid(
      new Signatures("another secret of the same kind!"),
      "GET",
      "/internal/outputs/a/b",
      signed,
    ),
  );
  for (
    const wrong of [undefined, "", "Millrace ", "Millrace zz", signed.slice(0, -2), `${signed}00`]
  ) {
    assert(!await isValid(signatures, "GET", "/internal/outputs/a/b", wrong), wrong);
  }
});
