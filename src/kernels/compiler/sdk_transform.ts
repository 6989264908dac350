import { type AscClass, type AscFunction, type AscNode, NodeKind, parseText } from "./asc_api.ts";

/** What asc calls sources of its library: its strings, and the runtime that `arena.ts` replaces. */
const STRINGS_PATH = "~lib/string.ts";
const STUB_PATH = "~lib/rt/stub.ts";

/** What stands first in methods of asc's String; the functions are of `string_methods.ts`. */
const METHODS = `class String {
  substring(): String {
    return substringOf(this, start, end);
  }
  split(): String[] {
    if (isOneUnit(this, separator, limit)) return splitBy(this, changetype<String>(separator));
  }
}`;

interface AscSource {
  normalizedPath: string;
  statements: AscNode[];
}

/** A method, whose body is a block. */
type AscMethod = AscFunction & { body: AscNode & { statements: AscNode[] } };

/** What the SDK changes of asc's library. */
export class SdkTransform {
  afterParse({ sources }: { sources: AscSource[] }): void {
    const sourceOf = (path: string) =>
      sources.find(({ normalizedPath }) => normalizedPath === path);
    sourceOf(STUB_PATH)?.statements.splice(0);
    const strings = sourceOf(STRINGS_PATH)!;
    const own = methodsOf(strings.statements);
    for (const [name, { body }] of methodsOf(parseText(METHODS, STRINGS_PATH).statements)) {
      own.get(name)!.body.statements.unshift(...body.statements);
    }
  }
}

function methodsOf(statements: readonly AscNode[]): Map<string, AscMethod> {
  const found = statements.find((node) =>
    node.kind === NodeKind.ClassDeclaration && (node as AscClass).name.text === "String"
  ) as AscClass;
  return new Map(found.members.map((member) => [member.name.text, member as AscMethod]));
}
