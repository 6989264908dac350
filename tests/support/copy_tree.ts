/** Copies a file, or a folder with all that is in it. */
export async function copyTree(from: URL, to: URL): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) {
    await copyTree(new URL(`${from.href}/${name}`), new URL(`${to.href}/${name}`));
  }
}
