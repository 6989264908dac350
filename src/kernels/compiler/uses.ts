import {
  type AscDeclaration,
  type AscIdentifier,
  type AscNode,
  descend,
  NodeKind,
} from "./asc_api.ts";

/** What a source imports; only the SDK can be. */
export class Imports {
  /** Foreign names by those of the source. */
  readonly names = new Map<string, string>();
  /** Names of the source for all of the SDK. */
  readonly namespaces = new Set<string>();

  constructor(statements: readonly AscNode[]) {
    for (const node of statements) {
      if (node.kind !== NodeKind.Import) continue;
      const { declarations, namespaceName } = node as unknown as {
        declarations: { name: AscIdentifier; foreignName: AscIdentifier }[] | null;
        namespaceName: AscIdentifier | null;
      };
      if (namespaceName) this.namespaces.add(namespaceName.text);
      for (const { name, foreignName } of declarations ?? []) {
        this.names.set(name.text, foreignName.text);
      }
    }
  }

  /** Whether something may be in use. */
  has(foreign: string): boolean {
    return this.namespaces.size > 0 || [...this.names.values()].includes(foreign);
  }
}

/** Where a source uses some of what it imports, in its order. */
export function findUses(
  statements: readonly AscNode[],
  { names, namespaces }: Imports,
  foreign: readonly string[],
): AscNode[] {
  const found: AscNode[] = [];
  for (const node of nodesOf(statements)) {
    if (node.kind === NodeKind.Identifier) {
      if (foreign.includes(names.get((node as AscIdentifier).text) ?? "")) found.push(node);
    } else if (node.kind === NodeKind.PropertyAccess) {
      const { expression, property } = accessOf(node);
      const isNamespace = expression.kind === NodeKind.Identifier &&
        namespaces.has((expression as AscIdentifier).text);
      if (isNamespace && foreign.includes(property.text)) found.push(property);
    }
  }
  return found;
}

/** Where a source calls `emit` of an object, which is a Key unless a class of its own has one. */
export function findMethodUses(statements: readonly AscNode[]): AscNode[] {
  return nodesOf(statements).filter((node) => node.kind === NodeKind.PropertyAccess)
    .map((node) => accessOf(node))
    .filter(({ expression, property }) =>
      property.text === "emit" && expression.kind !== NodeKind.Super
    )
    .map(({ property }) => property);
}

export function hasMethod(statements: readonly AscNode[], name: string): boolean {
  return nodesOf(statements).some((node) =>
    node.kind === NodeKind.MethodDeclaration && (node as AscDeclaration).name.text === name
  );
}

/** All nodes but imports, and but names of members, which name nothing that is imported. */
function nodesOf(statements: readonly AscNode[]): AscNode[] {
  const nodes = statements.filter(({ kind }) => kind !== NodeKind.Import)
    .flatMap((statement) => [...descend(statement)]);
  const members = new Set<AscNode>(nodes.flatMap((node) => memberName(node) ?? []));
  return nodes.filter((node) => !members.has(node));
}

function memberName(node: AscNode): AscNode | undefined {
  switch (node.kind) {
    case NodeKind.PropertyAccess:
      return accessOf(node).property;
    case NodeKind.MethodDeclaration:
    case NodeKind.FieldDeclaration:
      return (node as AscDeclaration).name;
  }
}

function accessOf(node: AscNode): { expression: AscNode; property: AscIdentifier } {
  return node as unknown as { expression: AscNode; property: AscIdentifier };
}
