/**
 * Whether the program may do something. It does not ask the user for permission: that would stop a
 * server at a prompt.
 */
export function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
