import { JobError } from "../contract/problems.ts";

/** The failure of a job whose file has changed since it was opened. */
export function fileChanged(path: string): JobError {
  return new JobError(
    "file_changed",
    `Cannot count file '${path}': it changed while it was read; count a copy, or hand in a stream`,
    { details: { path } },
  );
}

/** The failure of a job by a file that the system does not let it read. */
export function fileFailed(path: string, reason: string, cause?: unknown): JobError {
  return new JobError("file_failed", `Cannot read file '${path}': ${reason}`, {
    cause,
    details: { path },
  });
}

/** What the system has refused, as an error of a job. */
export function asFileError(path: string, error: unknown): Error {
  const isOfSystem = Object.values(Deno.errors).some((kind) => error instanceof kind) ||
    typeof (error as { code?: unknown }).code === "string";
  if (error instanceof JobError || !isOfSystem) return error as Error;
  return fileFailed(path, reasonOf(error as Error), error);
}

function reasonOf(error: Error): string {
  if (error instanceof Deno.errors.NotFound) return "there is none";
  if (error instanceof Deno.errors.PermissionDenied) return "its permissions do not allow it";
  if (error instanceof Deno.errors.NotCapable) {
    return "this program may not: run it with --allow-read";
  }
  return error.message;
}

/** The same error, which also says in which file. */
export function inFile(error: unknown, path: string): unknown {
  if (!(error instanceof JobError) || "path" in error.details) return error;
  const { code, message, details, cause } = error;
  return new JobError(code, `${message}, in file '${path}'`, {
    cause,
    details: { ...details, path },
  });
}
