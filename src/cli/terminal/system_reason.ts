/** What Deno adds to what the system says: a number, and the call with a path that is not the user's. */
const ADDED = / \(os error \d+\)(: \w+ '[\s\S]*')?$/;

/** Why the system has refused, in its own words, such as `Not a directory`. */
export function systemReason({ message }: Error): string {
  return message.replace(ADDED, "");
}
