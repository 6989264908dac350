/** A directory that is gone when its owner's scope ends, and files in it. */
export class TempFiles implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "millrace_files_" });

  /** Writes a file, and gives its path. */
  write(name: string, content: Uint8Array | string): string {
    const path = `${this.path}/${name}`;
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(path, bytes);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
