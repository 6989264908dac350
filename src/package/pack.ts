/**
 * Makes the npm package, a file that ends in `.tgz`, in the folder that it is told or in this one.
 *
 *     deno task pack [FOLDER]
 */
import { stagePackage } from "./stage_package.ts";

const folder = await Deno.makeTempDir({ prefix: "millrace-package-" });
try {
  await stagePackage(new URL(`file://${folder}/`));
  const [target = "."] = Deno.args;
  await Deno.mkdir(target, { recursive: true });
  const npm = new Deno.Command("npm", {
    args: ["pack", "--silent", "--pack-destination", await Deno.realPath(target)],
    cwd: folder,
    stdout: "inherit",
    stderr: "inherit",
  });
  Deno.exitCode = (await npm.output()).code;
} finally {
  await Deno.remove(folder, { recursive: true });
}
