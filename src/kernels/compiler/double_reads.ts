import {
  type AscDeclaration,
  type AscIdentifier,
  type AscNode,
  descend,
  NodeKind,
  Token,
} from "./asc_api.ts";

type Refuse = (node: AscNode, message: string) => void;

/** Calls that give the same, and change nothing, when they are made again. */
const HARMLESS_METHODS = new Set([
  ...["charAt", "charCodeAt", "codePointAt", "indexOf", "lastIndexOf", "includes", "startsWith"],
  ...["endsWith", "trim", "substring", "slice", "toString", "toLowerCase", "toUpperCase"],
  ...["get", "has", "at", "text", "field", "find", "toNumber", "parseInt", "parseFloat"],
  ...[
    "abs",
    "min",
    "max",
    "floor",
    "ceil",
    "round",
    "trunc",
    "sqrt",
    "log",
    "log2",
    "log10",
    "pow",
  ],
]);
const HARMLESS_FUNCTIONS = new Set([
  ...["parseInt", "parseFloat", "abs", "min", "max", "floor", "ceil", "nearest", "trunc", "sqrt"],
  ...["clz", "ctz", "popcnt", "changetype", "unchecked", "i8", "i16", "i32", "i64", "isize"],
  ...["u8", "u16", "u32", "u64", "usize", "f32", "f64", "bool"],
]);

/**
 * Refuses what asc would do twice: in `list[next()] += 1`, as in `list[at++]++`, it evaluates the
 * index, and the object before it, once to read and once to store.
 */
export function findDoubleReads(statements: readonly AscNode[], refuse: Refuse): void {
  const nodes = statements.flatMap((statement) => [...descend(statement)]);
  const declared = new Set(nodes.filter(isRoutine).map(({ name }) => name.text));
  for (const node of nodes) {
    const target = changedBy(node);
    const within = target && withinAccess(target);
    const cause = within?.find((each) => isEffect(each, declared));
    if (!cause) continue;
    const place = within![0].kind === NodeKind.ElementAccess ? "index" : "object";
    refuse(
      cause,
      `This would happen twice, to read and to store: put the ${place} in a const first`,
    );
  }
}

/** Whether a node gives something of the source a name that may be called. */
function isRoutine(node: AscNode): node is AscDeclaration {
  switch (node.kind) {
    case NodeKind.FunctionDeclaration:
    case NodeKind.MethodDeclaration:
    case NodeKind.FieldDeclaration:
      return true;
    default:
      return false;
  }
}

/** What `+=` and its like, or `++` and `--`, both read and store. */
function changedBy(node: AscNode): AscNode | undefined {
  const { operator, left, operand } = node as unknown as {
    operator: number;
    left: AscNode;
    operand: AscNode;
  };
  switch (node.kind) {
    case NodeKind.Binary:
      return operator >= Token.Plus_Equals && operator <= Token.Caret_Equals ? left : undefined;
    case NodeKind.UnaryPrefix:
    case NodeKind.UnaryPostfix:
      return isStep(operator) ? operand : undefined;
  }
}

function isStep(operator: number): boolean {
  return operator === Token.Plus_Plus || operator === Token.Minus_Minus;
}

/** An element or a member, and all nodes below it; nothing of a variable. */
function withinAccess(target: AscNode): AscNode[] | undefined {
  let node = target;
  while (node.kind === NodeKind.Parenthesized) {
    node = (node as unknown as { expression: AscNode }).expression;
  }
  const isAccess = node.kind === NodeKind.ElementAccess || node.kind === NodeKind.PropertyAccess;
  return isAccess ? [...descend(node)] : undefined;
}

/** Whether a node does something, so that it may not be evaluated again. */
function isEffect(node: AscNode, declared: ReadonlySet<string>): boolean {
  const { operator } = node as unknown as { operator: number };
  switch (node.kind) {
    case NodeKind.New:
      return true;
    case NodeKind.Call:
      return !isHarmless(node, declared);
    case NodeKind.Binary:
      return operator >= Token.Equals && operator <= Token.Caret_Equals;
    case NodeKind.UnaryPrefix:
    case NodeKind.UnaryPostfix:
      return isStep(operator);
    default:
      return false;
  }
}

/** A call of the library that may be made again; the source may have its own of that name. */
function isHarmless(call: AscNode, declared: ReadonlySet<string>): boolean {
  const { expression } = call as unknown as { expression: AscNode };
  const [known, { text }] = expression.kind === NodeKind.PropertyAccess
    ? [HARMLESS_METHODS, (expression as unknown as { property: AscIdentifier }).property]
    : [HARMLESS_FUNCTIONS, expression as AscIdentifier];
  return known.has(text) && !declared.has(text);
}
