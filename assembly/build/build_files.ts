/** The repository. */
export const ROOT = new URL("../../", import.meta.url);

/** A digest of some texts, and of the names and contents of some files. */
export async function digestOf(texts: readonly string[], files: readonly URL[]): Promise<string> {
  const parts = [...texts];
  for (const path of files) {
    parts.push(path.href.slice(ROOT.href.length), await Deno.readTextFile(path));
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(parts.join("\0")));
  return new Uint8Array(digest).toHex();
}

/** Every `.ts` file below a folder, in order; folders with a name of `without` are left out. */
export function listSources(directory: URL, without: readonly string[] = []): Promise<URL[]> {
  return listFiles(directory, [".ts"], without);
}

/** Likewise every file whose name ends in one of some ways. */
export async function listFiles(
  directory: URL,
  endings: readonly string[],
  without: readonly string[] = [],
): Promise<URL[]> {
  const found: URL[] = [];
  for await (const { name, isDirectory } of Deno.readDir(directory)) {
    if (isDirectory && !without.includes(name)) {
      found.push(...await listFiles(new URL(`${name}/`, directory), endings, without));
    } else if (endings.some((ending) => name.endsWith(ending))) {
      found.push(new URL(name, directory));
    }
  }
  return found.sort((a, b) => a.href < b.href ? -1 : 1);
}

/** A file's text, null if there is no such file: asc tries several names. */
export async function readIfThere(path: URL): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Writes to a temporary name first, so that a server that starts meanwhile reads a whole file. */
export async function writeAtomically(path: URL, contents: Uint8Array): Promise<void> {
  const temporary = new URL(`${path.href}.${Deno.pid}`);
  await Deno.writeFile(temporary, contents);
  await Deno.rename(temporary, path);
}
