import {
  type AscClass,
  type AscNode,
  type AscVariable,
  CommonFlags,
  LiteralKind,
  NodeKind,
  Token,
} from "./asc_api.ts";
import { OPTION_TYPES, type OptionManifest, type OptionType } from "./manifest.ts";

/** What an option is where its field has no initializer. */
const ZEROES = { i32: 0, i64: 0, f64: 0, bool: false, string: "" };
const I32 = { least: -(2n ** 31n), most: 2n ** 31n - 1n };
const I64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

type Refuse = (node: AscNode, message: string) => void;
type Default = number | boolean | string;

/** Reads the fields of the class `Options`, which the manifest lists. */
export function readOptions(options: AscClass, refuse: Refuse): OptionManifest[] {
  const found: OptionManifest[] = [];
  if (options.extendsType) refuse(options.extendsType, "Options must not extend another class");
  for (const member of options.members) {
    if (member.kind !== NodeKind.FieldDeclaration) continue;
    if ((member.flags & CommonFlags.Static) !== 0) continue;
    const { name, type, initializer } = member as AscVariable;
    const typeName = type?.name?.identifier.text as OptionType;
    if (!OPTION_TYPES.includes(typeName) || type!.isNullable) {
      refuse(member, `Option ${name.text} must have a type of ${OPTION_TYPES.join(", ")}`);
      continue;
    }
    const value = initializer ? readLiteral(initializer, typeName) : ZEROES[typeName];
    if (value === undefined) {
      refuse(initializer!, `Option ${name.text} must begin as a literal of type ${typeName}`);
      continue;
    }
    found.push({ name: name.text, type: typeName, default: value });
  }
  return found;
}

function readLiteral(node: AscNode, type: OptionType): Default | undefined {
  switch (type) {
    case "bool":
      if (node.kind === NodeKind.True) return true;
      return node.kind === NodeKind.False ? false : undefined;
    case "string":
      return valueOf(node, LiteralKind.String) as string | undefined;
    default:
      return readNumber(node, type);
  }
}

function readNumber(node: AscNode, type: "i32" | "i64" | "f64"): Default | undefined {
  const isMinus = node.kind === NodeKind.UnaryPrefix &&
    (node as unknown as { operator: number }).operator === Token.Minus;
  const literal = isMinus ? (node as unknown as { operand: AscNode }).operand : node;
  const whole = valueOf(literal, LiteralKind.Integer);
  if (type === "f64") {
    const value = whole === undefined ? valueOf(literal, LiteralKind.Float) : wholeOf(whole);
    return value === undefined ? undefined : Number(value) * (isMinus ? -1 : 1);
  }
  if (whole === undefined) return undefined;
  const value = isMinus ? -wholeOf(whole) : wholeOf(whole);
  const { least, most } = type === "i32" ? I32 : I64;
  if (value < least || value > most) return undefined;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function valueOf(node: AscNode, kind: number): unknown {
  if (node.kind !== NodeKind.Literal) return undefined;
  const { literalKind, value } = node as unknown as { literalKind: number; value: unknown };
  return literalKind === kind ? value : undefined;
}

/** The compiler keeps whole numbers as pairs of 32-bit halves. */
function wholeOf(value: unknown): bigint {
  if (typeof value === "bigint") return value;
  const { low, high } = value as { low: number; high: number };
  return BigInt(high >>> 0) << 32n | BigInt(low >>> 0);
}
