import { assertEquals, assertThrows } from "@std/assert";
import { checkAddress, pathOf } from "../../../src/http/door/address.ts";
import { JobError } from "../../../src/contract/problems.ts";

/** A request as Deno's server gives it, whose URL may be none. */
function requestOf(url: string, host?: string): Request {
  return { url, headers: new Headers(host === undefined ? {} : { host }) } as Request;
}

const GOOD = ["x", "localhost:8000", "127.0.0.1", "[::1]:8000", "a-b.example.", "x:", "A_b:65535"];

Deno.test("checkAddress() lets names and addresses with and without ports through", () => {
  for (const host of GOOD) {
    checkAddress(requestOf(`http://${host}/`));
    checkAddress(requestOf(`http://${host}/`, host));
    checkAddress(requestOf(`http://${host}/`, "elsewhere"));
  }
  checkAddress(requestOf("http://127.0.0.1:80/", ""));
});

const BAD = ["x/v1/engine?", "a b", "%41", "[::1", "x:99999", "a@b", "x#", "x\\y", "a,b", "::1"];

Deno.test("checkAddress() refuses what is no host, in the header and in the target", () => {
  for (const host of BAD) {
    const inHeader = assertThrows(() => checkAddress(requestOf("http://x/", host)), JobError);
    assertEquals([inHeader.code, inHeader.details.value], ["invalid_host", host]);
    if (host.includes("/")) continue; // a path, there
    const inTarget = assertThrows(() => checkAddress(requestOf(`http://${host}/`)), JobError);
    assertEquals([inTarget.code, inTarget.details.value], ["invalid_host", host]);
  }
  for (const url of ["http://a?x", "*"]) {
    assertThrows(() => checkAddress(requestOf(url)), JobError, `'${url}': it is no host`);
  }
});

Deno.test("pathOf() gives the path as it came", () => {
  const rows = { "/": "/", "/a?b/c": "/a", "/a#b?c": "/a", "//a/../%2e": "//a/../%2e", "/?": "/" };
  for (const [rest, path] of Object.entries(rows)) assertEquals(pathOf(`http://x:1${rest}`), path);
});
