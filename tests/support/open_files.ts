/**
 * Files that this process has open and whose path, even a removed one, holds `name`. Tests run
 * side by side in one process, so all open files together tell nothing. Linux only.
 */
export function openFiles(name: string): string[] {
  const found = [];
  for (const entry of Deno.readDirSync("/proc/self/fd")) {
    try {
      const path = Deno.readLinkSync(`/proc/self/fd/${entry.name}`);
      if (path.includes(name)) found.push(path);
    } catch {
      // It was closed meanwhile.
    }
  }
  return found;
}
