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
import { variableNamed } from "./declared.ts";
import { OPTION_TYPES, type OptionManifest, type OptionType } from "./manifest.ts";

/** How the options of a kernel are declared. */
export const OPTIONS_FORM = "write export const options = new Options()";
/** What an option is where its field has no initializer. */
const ZEROES = { i32: 0, i64: 0, f64: 0, bool: false, string: "" };
const I32 = { least: -(2n ** 31n), most: 2n ** 31n - 1n };
const I64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** A field that the file around the kernel cannot set. */
const UNSETTABLE = CommonFlags.Readonly | CommonFlags.Private | CommonFlags.Protected;

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
    if ((member.flags & UNSETTABLE) !== 0) {
      refuse(
        member,
        `Option ${name.text} must be set by jobs: write it without readonly or private`,
      );
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

/** Refuses objects of the class `Options` but the one that a job configures. */
export function refuseOtherOptions(statements: readonly AscNode[], refuse: Refuse): void {
  const own = variableNamed(statements, "options")?.initializer;
  for (const statement of statements) {
    for (const node of descend(statement)) {
      if (isNewOptions(node) && node !== own) {
        refuse(node, `No job sets these options: ${OPTIONS_FORM}, and use options`);
      }
    }
  }
}

export function isNewOptions(node: AscNode | null | undefined): boolean {
  if (node?.kind !== NodeKind.New) return false;
  const { typeName } = node as unknown as { typeName: { identifier: AscIdentifier } };
  return typeName.identifier.text === "Options";
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
    if (!Number.isFinite(Number(value))) return undefined; // JSON has none
    return Number(value) * (isMinus ? -1 : 1);
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
