import { type AscIdentifier, type AscNode, descend, NodeKind } from "./asc_api.ts";

type Refuse = (node: AscNode, message: string) => void;

const PACKAGE = "millrace";
/** What asc would turn into imports that no host gives, and what to do instead. */
const MISSING: Record<string, string> = {
  console: "a kernel has no console, emit what you want to see or try one record",
  Date: "a kernel has no clock",
  performance: "a kernel has no clock",
  process: "a kernel has no process",
  crypto: "a kernel has no source of randomness",
  RegExp: "AssemblyScript has no regular expressions",
  "Math.random": "a kernel has no source of randomness",
  "Math.seedRandom": "a kernel has no source of randomness",
};

/** Refuses imports of anything but the SDK: a kernel is one file. */
export function findForeignImports(statements: readonly AscNode[], refuse: Refuse): void {
  for (const statement of statements) {
    if (statement.kind !== NodeKind.Import && statement.kind !== NodeKind.Export) continue;
    const { path } = statement as unknown as { path: (AscNode & { value: string }) | null };
    if (!path || path.value === PACKAGE) continue;
    refuse(path, `Cannot import "${path.value}": a kernel is one file and imports "millrace" only`);
  }
}

/** Refuses what a module cannot have without a host that gives more than Millrace does. */
export function findMissingHost(statements: readonly AscNode[], refuse: Refuse): void {
  const declared = new Set(statements.map((node) => (node as { name?: AscIdentifier }).name?.text));
  for (const statement of statements) {
    for (const node of descend(statement)) {
      const name = nameOf(node);
      if (name && MISSING[name] && !declared.has(name)) {
        refuse(node, `Cannot use ${name}: ${MISSING[name]}`);
      }
    }
  }
}

/** Refuses lists such as `[1, , 2]`, of which asc would name no line. */
export function findHoles(statements: readonly AscNode[], refuse: Refuse): void {
  for (const statement of statements) {
    for (const node of descend(statement)) {
      if (node.kind === NodeKind.Omitted) {
        refuse(node, "A list has no holes: a comma is one too many, or a value is missing");
      }
    }
  }
}

/** The object of `console.log` and `new Date()`; `Math.random` as a whole. */
function nameOf(node: AscNode): string | undefined {
  if (node.kind === NodeKind.New) {
    return (node as unknown as { typeName: { identifier: AscIdentifier } }).typeName.identifier
      .text;
  }
  if (node.kind !== NodeKind.PropertyAccess) return undefined;
  const { expression, property } = node as unknown as {
    expression: AscNode;
    property: AscIdentifier;
  };
  if (expression.kind !== NodeKind.Identifier) return undefined;
  const { text } = expression as AscIdentifier;
  return text === "Math" ? `Math.${property.text}` : text;
}
