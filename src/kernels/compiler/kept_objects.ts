import {
  type AscClass,
  type AscIdentifier,
  type AscNode,
  type AscVariable,
  CommonFlags,
  descend,
  LiteralKind,
  NodeKind,
  Token,
} from "./asc_api.ts";
import type { OptionManifest } from "./manifest.ts";
import { isNewOptions } from "./option_fields.ts";

const NUMBERS = new Set(
  "i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 bool boolean v128 number".split(" "),
);
/** Classes of the SDK whose objects never change. */
const CONSTANT_CLASSES = ["ByteClass"];

/**
 * Whether a global or static of a source may keep an object that was made while a record was mapped.
 * Where in doubt, it says yes.
 */
export function keepsObjects(
  statements: readonly AscNode[],
  options: readonly OptionManifest[],
): boolean {
  const texts = options.filter(({ type }) => type === "string").map(({ name }) => name);
  for (const statement of statements) {
    for (const variable of globalsOf(statement)) if (mayKeep(variable)) return true;
    for (const node of descend(statement)) {
      // The standard library keeps a map of symbols.
      if (isIdentifier(node, "Symbol") || assignsMember(node, texts)) return true;
    }
  }
  return false;
}

/** Variables outside of functions, and static fields. */
function* globalsOf(node: AscNode): Generator<AscVariable> {
  switch (node.kind) {
    case NodeKind.Variable:
      yield* (node as unknown as { declarations: AscVariable[] }).declarations;
      break;
    case NodeKind.NamespaceDeclaration:
      for (const member of (node as AscClass).members) yield* globalsOf(member);
      break;
    case NodeKind.ClassDeclaration:
      for (const member of (node as AscClass).members) {
        const isStatic = (member.flags & CommonFlags.Static) !== 0;
        if (isStatic && member.kind === NodeKind.FieldDeclaration) yield member as AscVariable;
      }
  }
}

function mayKeep({ name, type, flags, initializer }: AscVariable): boolean {
  if (type) {
    const typeName = type.name?.identifier.text;
    if (NUMBERS.has(typeName)) return false;
  }
  const isConstant = (flags & CommonFlags.Const) !== 0;
  if (initializer && !type && isNumber(initializer)) return false;
  if (!isConstant || !initializer) return true;
  if (name.text === "options" && isNewOptions(initializer)) return false;
  return !isConstantObject(initializer);
}

function isNumber(node: AscNode): boolean {
  if (node.kind === NodeKind.True || node.kind === NodeKind.False) return true;
  if (node.kind === NodeKind.UnaryPrefix) {
    return isNumber((node as unknown as { operand: AscNode }).operand);
  }
  if (node.kind === NodeKind.Call) return isCallOf(node, "memory");
  if (node.kind !== NodeKind.Literal) return false;
  const { literalKind } = node as unknown as { literalKind: number };
  return literalKind === LiteralKind.Integer || literalKind === LiteralKind.Float;
}

function isConstantObject(node: AscNode): boolean {
  if (node.kind === NodeKind.Literal) {
    return (node as unknown as { literalKind: number }).literalKind === LiteralKind.String;
  }
  return node.kind === NodeKind.Call && CONSTANT_CLASSES.some((name) => isCallOf(node, name));
}

/** Whether a node calls a member of something with this name. */
function isCallOf(node: AscNode, name: string): boolean {
  const { expression } = node as unknown as { expression: AscNode };
  return expression.kind === NodeKind.PropertyAccess &&
    isIdentifier((expression as unknown as { expression: AscNode }).expression, name);
}

function isIdentifier(node: AscNode, text: string): boolean {
  return node.kind === NodeKind.Identifier && (node as AscIdentifier).text === text;
}

/** Whether a node stores to a member with one of these names, whatever the object. */
function assignsMember(node: AscNode, names: readonly string[]): boolean {
  if (node.kind !== NodeKind.Binary) return false;
  const { operator, left } = node as unknown as { operator: number; left: AscNode };
  if (operator !== Token.Equals && operator !== Token.Plus_Equals) return false;
  if (left.kind !== NodeKind.PropertyAccess) return false;
  return names.includes((left as unknown as { property: AscIdentifier }).property.text);
}
