import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { S3Server } from "../../support/http/s3_server.ts";
import { runMillrace } from "../../support/millrace.ts";
import { TempFiles } from "../../support/temp_files.ts";

Deno.test("millrace s3://… counts objects, by the variables of its environment", async () => {
  await using s3 = new S3Server({
    "texts/a.txt": "to be or not to be",
    "texts/b/1.txt": "to",
    "texts/b/2.txt": "to see",
  });
  const env = s3.variables();
  const rows: [string[], string][] = [
    [["-k", "1", "s3://texts/a.txt"], "be\t2\n"],
    [["-k", "1", "s3://texts/"], "to\t4\n"],
    [["--per-file", "--total", "s3://texts/b/"], "s3://texts/b/1.txt\t1\t1\t2\n"],
  ];
  for (const [words, out] of rows) {
    const run = await runMillrace(words, { env });
    assert(run.out.startsWith(out), run.out + run.said);
  }
  const partly = await runMillrace(["-k", "1", "s3://texts/none", "s3://texts/a.txt"], { env });
  assertEquals([partly.code, partly.out], [3, "be\t2\n"]);
  assertStringIncludes(partly.said, "Cannot read 's3://texts/none': there is no such object");
});

Deno.test("millrace s3://… says what to set where something is not set, and ends", async () => {
  const env = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
  for (const word of ["s3://texts/a", "s3://texts/"]) {
    const { code, said } = await runMillrace([word], { env });
    assertEquals(code, 1);
    assertStringIncludes(said, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
});

Deno.test("millrace shared:… counts files of the folder that is shared, and no others", async () => {
  using files = new TempFiles();
  Deno.mkdirSync(`${files.path}/shared/logs`, { recursive: true });
  files.write("out.txt", "secret");
  files.write("shared/logs/a.txt", "to be");
  files.write("shared/logs/b.txt", "to see");
  const folder = `${files.path}/shared`;
  const env = { MILLRACE_SHARED_DIR: folder };
  const one = await runMillrace(["-k", "1", "shared:logs/a.txt"], { env });
  assertEquals([one.code, one.out], [0, "be\t1\n"]);
  const all = await runMillrace(["-k", "1", "--shared", folder, "shared:logs/"]);
  assertEquals([all.code, all.out], [0, "to\t2\n"]);
  const out = await runMillrace(["shared:../out.txt"], { env });
  assertEquals([out.code, out.out], [1, ""]);
  const nowhere = await runMillrace(["shared:logs/a.txt"], { env: { MILLRACE_SHARED_DIR: "" } });
  assertStringIncludes(nowhere.said, "Name it with --shared or MILLRACE_SHARED_DIR");
});
