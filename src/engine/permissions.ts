/**
 * Whether the program may do something, without asking for it: a question would stop a server at
 * a prompt that nobody reads.
 */
export function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
