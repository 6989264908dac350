/** A member of an interface and what its comment says of it. */
export interface MemberDoc {
  name: string;
  /** The sentences, on one line. */
  about: string;
  /** What stands in the braces behind `@default`. */
  default?: string;
}

/**
 * The commented members of an interface, in their order, without those that are `@internal`.
 *
 * @param source TypeScript, as `deno fmt` leaves it.
 * @throws {Error} If there is no such interface.
 */
export function readMembers(source: string, interfaceName: string): MemberDoc[] {
  const body = new RegExp(`^export interface ${interfaceName}\\b[^{]*{\\n([^]*?)^}`, "m")
    .exec(source)?.[1];
  if (body === undefined) throw new Error(`Cannot find interface ${interfaceName}`);
  const members = body.matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*(?:readonly )?(\w+)\??:/g);
  return Array.from(members, ([, comment, name]) => ({ comment, name }))
    .filter(({ comment }) => !comment.includes("@internal"))
    .map(({ comment, name }) => readComment(name, comment));
}

function readComment(name: string, comment: string): MemberDoc {
  const text = comment.replaceAll(/^\s*\* ?/gm, "").replaceAll(/\s+/g, " ").trim();
  const [about, standard] = text.split(/ ?@default /);
  return {
    name,
    about: about.replaceAll(/{@link(?:code)? (\w+)}/g, "`$1`"),
    default: standard?.replace(/^{(.*)}$/, "$1"),
  };
}
