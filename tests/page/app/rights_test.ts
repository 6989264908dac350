import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { addApiKey, revokeApiKey } from "../../../src/access/api_key_file.ts";
import type { Right } from "../../../src/contract/rights.ts";
import type { Page } from "playwright-core";
import { assertAccessible, type PageServer, startPageServer } from "../../support/http/browser.ts";
import {
  assertFits,
  count,
  DARK,
  drop,
  NARROW,
  open,
  REFUSALS,
  rowsOf,
  testPage,
} from "../../support/http/page.ts";
import { eventually } from "../../support/waits.ts";

/** A server with a key for each of these, and the keys' ids and tokens. */
async function openWithKeys(...holders: { name: string; rights?: Right[] }[]) {
  const folder = await Deno.makeTempDir({ prefix: "millrace-page-" });
  const path = `${folder}/keys.json`;
  const keys = holders.map(({ name, rights }) => {
    const { token, row } = addApiKey(path, { tenant: "acme", name, rights });
    return { token, id: row.id };
  });
  const server = await startPageServer({ keys: path });
  return {
    server,
    keys,
    revoke(id: string) {
      revokeApiKey(path, id);
      server.server.reloadKeys();
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await page.getByLabel("API key").fill(token);
  await page.getByRole("button", { name: "Use this key" }).click();
  await page.getByRole("button", { name: "Forget it" }).waitFor();
}

/** Links of the page that somebody can see. */
const linksOf = (page: Page) => page.locator("nav a:visible").allTextContents();

const go = (page: Page, { origin }: PageServer, hash: string) => page.goto(`${origin}/${hash}`);

await testPage("rights on the page in a browser", {
  async "hide and disable what a key may not do, and say why"(browser) {
    await using opened = await openWithKeys({ name: "laptop" }, {
      name: "reader",
      rights: ["read"],
    });
    const { server, keys: [standard, reader] } = opened;
    await using tab = await open(browser, server.origin, {}, REFUSALS);
    const { page, complaints } = tab;
    await assertAccessible(page);
    await signIn(page, standard.token);
    await page.getByText("You use an API key of acme, “laptop”, which may read, write.").waitFor();
    assertEquals(await linksOf(page), ["Count", "Counts", "Kernels", "Docs"]);
    await drop(page, "b a b");
    await count(page);
    await page.locator(".totals").waitFor();
    await go(page, server, "#engine");
    await page.getByText("Your API key lacks the right “observe”.").waitFor();
    await assertAccessible(page);
    await go(page, server, "#kernels");
    await page.getByText("Your API key lacks the right “kernels”.").waitFor();
    assertEquals(await page.getByRole("button", { name: "Keep it" }).count(), 0);
    await assertAccessible(page);
    await page.getByRole("link", { name: "log-status" }).click();
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText(/^It emits/).waitFor();
    assertEquals(await page.getByRole("button", { name: "Edit a copy" }).isDisabled(), true);
    await page.getByRole("button", { name: "Forget it" }).click();
    await signIn(page, reader.token);
    assertEquals(await page.getByRole("button", { name: "Try it" }).isDisabled(), true);
    assertEquals(await page.getByRole("button", { name: "Count", exact: true }).isDisabled(), true);
    await assertAccessible(page);
    await go(page, server, "#");
    await drop(page, "b a b");
    assertEquals(await page.getByRole("button", { name: "Count", exact: true }).isDisabled(), true);
    assertStringIncludes(
      await page.locator("form output").textContent() ?? "",
      "Your API key lacks the right “write”",
    );
    await go(page, server, "#jobs");
    await eventually(async () => assertEquals((await rowsOf(page, "Counts")).length, 1));
    assertEquals(await page.getByRole("button", { name: /^Remove/ }).count(), 0);
    assertEquals(complaints, []);
  },

  async "are all there for a key that has them"(browser) {
    const rights: Right[] = ["read", "write", "observe", "kernels"];
    await using opened = await openWithKeys({ name: "admin", rights });
    await using tab = await open(browser, opened.server.origin, { ...DARK, ...NARROW }, REFUSALS);
    const { page, complaints } = tab;
    await signIn(page, opened.keys[0].token);
    assertEquals(await linksOf(page), ["Count", "Counts", "Kernels", "Engine", "Docs"]);
    await page.getByRole("link", { name: "Kernels" }).click();
    await page.getByRole("button", { name: "Keep it" }).waitFor();
    await assertAccessible(page);
    await assertFits(page);
    await page.getByRole("link", { name: "Engine" }).click();
    await page.getByText(/^Millrace .* threads, up for/).waitFor();
    assertEquals(complaints, []);
  },

  async "that nobody has told of hide nothing, and the page says why it does not know"(browser) {
    await using server = await startPageServer();
    await using tab = await open(browser, server.origin, {}, /ERR_FAILED/);
    const { page, complaints } = tab;
    await page.route("**/v1/access", (route) => route.abort());
    await page.reload();
    await page.getByText("The server cannot be reached.").waitFor();
    await drop(page, "b a b");
    await count(page);
    await page.locator(".totals").waitFor();
    assertEquals(await linksOf(page), ["Count", "Counts", "Kernels", "Engine", "Docs"]);
    assertEquals(complaints, []);
  },

  async "may be to send counts, and to read none"(browser) {
    await using opened = await openWithKeys({ name: "writer", rights: ["write"] });
    const { server, keys: [writer] } = opened;
    await using tab = await open(browser, `${server.origin}/#jobs`, {}, REFUSALS);
    const { page, complaints } = tab;
    await signIn(page, writer.token);
    await page.getByText("Your API key lacks the right “read”.").waitFor();
    assertEquals(await linksOf(page), ["Count", "Docs"]);
    assertEquals(complaints, []);
  },

  async "that end lead back to where one signs in, in words, and nothing that was written is lost"(
    browser,
  ) {
    const rights: Right[] = ["read", "write", "kernels"];
    await using opened = await openWithKeys({ name: "old", rights }, { name: "new", rights });
    const { server, keys: [old, other] } = opened;
    await using tab = await open(browser, `${server.origin}/#kernels`, NARROW, REFUSALS);
    const { page, complaints } = tab;
    await signIn(page, old.token);
    const source = page.getByLabel("Source", { exact: true });
    await source.fill("// mine");
    opened.revoke(old.id);
    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
    assertMatch(
      await page.getByRole("alert").textContent() ?? "",
      /does not know this API key, or no longer: .* was revoked/,
    );
    await assertAccessible(page);
    assertEquals(await page.evaluate("sessionStorage.getItem('millrace-key')"), null);
    await signIn(page, other.token);
    await page.getByText("“new”").waitFor();
    assertEquals(await source.inputValue(), "// mine");
    assertEquals(page.url(), `${server.origin}/#kernels`, "the address holds no key");
    assertEquals(complaints, []);
  },
});
