import { type AscIdentifier, type AscNode, descend, literalText, NodeKind } from "./asc_api.ts";
import { findUses, Imports } from "./uses.ts";

interface AscCall extends AscNode {
  expression: AscNode;
  args: AscNode[];
}

interface AscAccess extends AscNode {
  expression: AscNode & { property?: AscIdentifier };
  property: AscIdentifier;
}

/** Refuses classes of bytes whose literals say none: else the kernel would trap in every job. */
export function refuseWrongClasses(
  statements: readonly AscNode[],
  refuse: (node: AscNode, message: string) => void,
): void {
  const uses = new Set(findUses(statements, new Imports(statements), ["ByteClass"]));
  if (uses.size === 0) return;
  const calls = statements.flatMap((statement) => [...descend(statement)])
    .filter(({ kind }) => kind === NodeKind.Call) as AscCall[];
  for (const { expression: made, args: [characters] } of calls) {
    if (made.kind !== NodeKind.PropertyAccess) continue;
    const { expression: used, property: { text } } = made as AscAccess;
    if (!uses.has(used.property ?? used) || !["of", "not"].includes(text)) continue;
    const wrong = explainCharacters(literalText(characters) ?? "");
    if (wrong) refuse(characters, wrong);
  }
}

/** What is wrong with the characters of a class, read as `assembly/sdk/byte_class.ts` does. */
function explainCharacters(text: string): string | undefined {
  const beyond = /[^\0-\x7f]/u.exec(text);
  if (beyond) return `A byte class takes ASCII characters only: '${beyond[0]}' has several bytes`;
  for (const [range, first, last] of text.matchAll(/(.)-(.)|./gs)) {
    if (last === undefined || first <= last) continue;
    return `The range ${range} of a byte class has no bytes: write ${last}-${first}`;
  }
}
