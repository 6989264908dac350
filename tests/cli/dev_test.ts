import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath, pathToFileURL } from "node:url";
import { freePort } from "../support/free_port.ts";
import { copyTree } from "../support/copy_tree.ts";
import { ServerProcess } from "../support/http/server.ts";
import { until } from "../support/waits.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const LISTENS = /listens on (http:\S+)/g;

Deno.test("dev serves, and starts the server again when a source has changed", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-dev-" });
  for (const name of ["assembly", "src", "workers", "deno.json", "deno.lock"]) {
    await copyTree(pathToFileURL(`${ROOT}${name}`), pathToFileURL(`${folder}/${name}`));
  }
  let url = "";
  {
    await using dev = await ServerProcess.start({
      main: pathToFileURL(`${folder}/src/cli/dev.ts`),
      permissions: ["-A"],
      port: freePort(), // which nobody else gets once it is free
    });
    await Deno.writeTextFile(`${folder}/src/version.ts`, "// changed\n", { append: true });
    await until(() => [...dev.output.matchAll(LISTENS)].length === 2);
    assertStringIncludes(dev.output, "version.ts has changed");
    url = [...dev.output.matchAll(LISTENS)].at(-1)![1];
  }
  // `dev` was killed, and its server frees the port all the same.
  await until(() =>
    fetch(url).then((answer) => answer.body?.cancel()).then(() => false, () => true)
  );
  await Deno.remove(folder, { recursive: true });
});

Deno.test("dev ends with a server that no change of a source would start", async () => {
  const rows = [[["--help"], 0, "--port"], [["--prot", "1"], 2, "Try --help"]] as const;
  for (const [args, code, says] of rows) {
    const ended = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `${ROOT}src/cli/dev.ts`, ...args],
    }).output();
    const text = [ended.stdout, ended.stderr].map((each) => new TextDecoder().decode(each)).join();
    assertEquals([args, ended.code], [args, code]);
    assertStringIncludes(text, says);
  }
});
