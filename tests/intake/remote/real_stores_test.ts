import { assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { s3Place } from "../../../src/intake/remote/s3_place.ts";
import { FILE, OPTIONS, read } from "../../support/http/remote_reads.ts";
import { leftOut } from "../../support/left_out.ts";
import { TempFiles } from "../../support/temp_files.ts";
import { soon } from "../../support/waits.ts";
import { freePort } from "../../support/free_port.ts";

// Stores that others have written, where they are installed: one looks at signatures.

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test-key", AWS_SECRET_ACCESS_KEY: "se/cr+et=" };

/** How a store is started over a folder, whose folders are its buckets. */
const STORES: Record<string, (port: number, folder: string) => Deno.CommandOptions> = {
  versitygw: (port, folder) => ({
    args: ["--port", `127.0.0.1:${port}`, "--quiet", "posix", folder],
    env: {
      ROOT_ACCESS_KEY: CREDENTIALS.AWS_ACCESS_KEY_ID,
      ROOT_SECRET_KEY: CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    },
  }),
  gofakes3: (port, folder) => ({
    args: [
      ...["-host", `127.0.0.1:${port}`, "-backend", "directfs", "-directfs.bucket", "texts"],
      ...["-directfs.path", `${folder}/texts`],
    ],
  }),
};

for (const [program, terms] of Object.entries(STORES)) {
  Deno.test(`${program} gives objects by ranges, lists them, and refuses others`, async () => {
    using files = new TempFiles();
    Deno.mkdirSync(`${files.path}/texts/a b+c`, { recursive: true });
    files.write("texts/file.bin", FILE);
    files.write("texts/a b+c/ü&x=1.txt", "to be");
    const port = freePort();
    let process: Deno.ChildProcess;
    try {
      const command = { ...terms(port, files.path), stdout: "null", stderr: "null" } as const;
      process = new Deno.Command(program, command).spawn();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return leftOut(`reading from ${program}`, `there is no ${program}`);
    }
    try {
      await soon(answers(port));
      const variables = { ...CREDENTIALS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
      const open = (url: string, env: Record<string, string> = variables) =>
        read(url, {}, {}, { "s3:": s3Place((name) => env[name], OPTIONS, {}) });
      assertEquals((await open("s3://texts/file.bin"))[0].bytes, FILE);
      assertEquals((await open("s3://texts/a b+c/")).map(({ name }) => name), [
        "s3://texts/a b+c/ü&x=1.txt",
      ]);
      const none = await assertRejects(() => open("s3://texts/none"), JobError);
      assertEquals([none.code, none.details.remoteCode], ["input_not_found", "NoSuchKey"]);
      if (program !== "versitygw") return;
      const env = { ...variables, AWS_SECRET_ACCESS_KEY: "other" };
      const denied = await assertRejects(() => open("s3://texts/file.bin", env), JobError);
      assertEquals(denied.details.remoteCode, "SignatureDoesNotMatch");
    } finally {
      process.kill();
      await process.status;
    }
  });
}

async function answers(port: number): Promise<void> {
  for (;;) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
