import { isDecimalType } from "../../contract/decimals.ts";
import type { ValueType } from "../../contract/kernel_manifest.ts";
import {
  type AscDeclaration,
  type AscIdentifier,
  type AscNode,
  type AscVariable,
  CommonFlags,
  descend,
  literalText,
  NodeKind,
} from "./asc_api.ts";
import { VALUE_OPS, type ValueManifest } from "./manifest.ts";

type Refuse = (node: AscNode, message: string) => void;

/** What a source emits. */
export interface Emitted {
  /** Whether keys are no slices of the chunk; so where keys have values. */
  copies: boolean;
  /** Where keys have values. */
  values?: ValueManifest;
  /** Where a value is emitted first. */
  firstValue?: AscNode;
}

/** What emits keys alone, and what emits them with values. */
const KEY_EMITTERS = ["emit", "emitBytes", "emitKey", "emitRuns"];
const VALUE_EMITTERS = ["emitValue", "emitBytesValue"];
/** A source of bytes that imports none of these emits slices of the chunk. */
const COPIERS = ["emit", "emitKey", "Key", "csv", ...VALUE_EMITTERS];

/** Reads what a source emits, by what it imports and uses. */
export function readEmitted(statements: readonly AscNode[], refuse: Refuse): Emitted {
  const imports = new Imports(statements);
  const copies = COPIERS.some((name) => imports.has(name));
  const values = findUses(statements, imports, VALUE_EMITTERS);
  const mayUseKey = imports.has("Key") && !hasMethod(statements, "emit");
  const keys = new Set([
    ...findUses(statements, imports, KEY_EMITTERS),
    ...mayUseKey ? findMethodUses(statements) : [],
  ]);
  if (values.length === 0) {
    for (const name of ["op", "value"]) {
      const variable = exportedVariable(statements, name);
      if (variable) refuse(variable, `Cannot use ${name}: this kernel emits no values (emitValue)`);
    }
    return { copies };
  }
  for (const node of keys) {
    refuse(
      node,
      "Cannot emit a key alone: this kernel emits values (emitValue), so each key must have one",
    );
  }
  const value = readValueType(statements, refuse);
  const op = readChoice(statements, "op", VALUE_OPS, "sum", refuse);
  return { copies: true, values: { value, op }, firstValue: values[0] };
}

function readValueType(statements: readonly AscNode[], refuse: Refuse): ValueType {
  const variable = exportedVariable(statements, "value");
  if (!variable) return "i64";
  const text = literalText(variable.initializer);
  if (text === "i64" || text === "f64" || isDecimalType(text)) return text;
  refuse(variable, 'value must be "i64", "f64" or "decimal(N)" with N of 0 to 18');
  return "i64";
}

function readChoice<T extends string>(
  statements: readonly AscNode[],
  name: string,
  choices: readonly T[],
  choice: T,
  refuse: Refuse,
): T {
  const variable = exportedVariable(statements, name);
  if (!variable) return choice;
  const text = literalText(variable.initializer);
  if (choices.includes(text as T)) return text as T;
  const quoted = choices.map((each) => `"${each}"`);
  refuse(variable, `${name} must be ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`);
  return choice;
}

function exportedVariable(statements: readonly AscNode[], name: string): AscVariable | undefined {
  return statements.filter((node) => node.kind === NodeKind.Variable)
    .flatMap((node) => (node as unknown as { declarations: AscVariable[] }).declarations)
    .find((each) => each.name.text === name && (each.flags & CommonFlags.Export) !== 0);
}

/** What a source imports; only the SDK can be. */
class Imports {
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
function findUses(
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
function findMethodUses(statements: readonly AscNode[]): AscNode[] {
  return nodesOf(statements).filter((node) => node.kind === NodeKind.PropertyAccess)
    .map((node) => accessOf(node))
    .filter(({ expression, property }) =>
      property.text === "emit" && expression.kind !== NodeKind.Super
    )
    .map(({ property }) => property);
}

function hasMethod(statements: readonly AscNode[], name: string): boolean {
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
