/** A folder that is gone when its scope ends. */
export class TemporaryFolder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(prefix = "millrace-bench-"): Promise<TemporaryFolder> {
    return new TemporaryFolder(await Deno.makeTempDir({ prefix }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}
