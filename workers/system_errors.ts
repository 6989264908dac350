/** Whether the system has refused a call: such errors have its code, or a class of Deno. */
export function isOfSystem(error: unknown): error is Error & { code?: string } {
  if (!(error instanceof Error)) return false;
  return typeof (error as { code?: unknown }).code === "string" ||
    Object.values(Deno.errors).some((kind) => error instanceof kind);
}
