import { assert, assertEquals } from "@std/assert";
import { createProgram } from "../../src/cli/program.ts";
import { leavesOf } from "../../src/guides/command_tables.ts";
import { createManPage } from "../../src/guides/man_page.ts";
import { leftOut } from "../support/left_out.ts";

/** What makes a letter bold: it is there twice, with a step back between. */
const STRUCK_TWICE = new RegExp(".\u0008", "gu");

/** How a program for manuals shows a page, and what it complains of; undefined where there is none. */
async function show(page: string): Promise<{ text: string; said: string } | undefined> {
  const path = await Deno.makeTempFile({ suffix: ".1" });
  try {
    await Deno.writeTextFile(path, page);
    const args = ["-man", "-Tutf8", "-ww", "-P-c", "-rLL=200n", path];
    const { success, stdout, stderr } = await new Deno.Command("groff", { args }).output();
    const decoder = new TextDecoder();
    const said = decoder.decode(stderr);
    assert(success, said);
    return { text: decoder.decode(stdout).replaceAll(STRUCK_TWICE, ""), said };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("the manual has every command and every option, as shells take them", async () => {
  const page = await createManPage();
  const shown = page.replaceAll("\\-", "-").replaceAll("\\e", "\\");
  const leaves = leavesOf(await createProgram());
  assert(leaves.length > 15);
  for (const { name, options } of leaves) {
    const begin = shown.indexOf(`\n.SS millrace ${name}`);
    assert(begin >= 0, name);
    const end = shown.indexOf("\n.SS ", begin + 1);
    const part = end < 0 ? shown.slice(begin) : shown.slice(begin, end);
    for (const { flags } of options) assert(part.includes(`\n.B ${flags}\n`), `${name} ${flags}`);
  }
  assert(shown.includes("Exit codes: 0 done"));
  assert(shown.includes("millrace -t lines -k all -f uniq"));
});

Deno.test("groff shows the manual, and has nothing to say of it", async () => {
  const page = await show(await createManPage());
  if (page === undefined) return leftOut("the manual, shown", "this machine has no groff");
  assertEquals(page.said, "");
  for (const part of ["NAME", "SYNOPSIS", "--min-length", "millrace jobs show ID", "Examples:"]) {
    assert(page.text.includes(part), part);
  }
});
