import { type AscIdentifier, type AscNode, descend, NodeKind, parseText } from "./asc_api.ts";
import { SOURCE_PATH } from "./survey.ts";

const TRAP = "unreachable";
/** What stands in place of such a call: asc hands the host the place of an assert that fails. */
const TOLD = "assert";
const TOLD_CALL = `${TOLD}(false, "${TRAP}() was called");`;

interface AscCall extends AscNode {
  expression: AscIdentifier;
  args: AscNode[];
}

interface AscStatement extends AscNode {
  expression: AscNode;
}

/**
 * Has each statement `unreachable();` of a source say where it stands: a trap of the module names no
 * line. A call whose value is asked for stays a trap, and so does what has another meaning.
 */
export function tellTraps(statements: readonly AscNode[]): void {
  const nodes = statements.flatMap((statement) => [...descend(statement)]);
  if (nodes.some(declaresEither)) return;
  const functions = nodes.filter(({ kind }) => kind === NodeKind.FunctionDeclaration);
  const bodies = new Set(functions.map((each) => (each as unknown as { body: AscNode }).body));
  for (const node of nodes) {
    if (node.kind !== NodeKind.Expression || bodies.has(node)) continue; // what an arrow returns
    const { expression } = node as AscStatement;
    if (isTrap(expression)) Object.assign(expression, toldCall());
  }
}

function isTrap(node: AscNode): node is AscCall {
  if (node.kind !== NodeKind.Call) return false;
  const { expression, args } = node as AscCall;
  return expression.kind === NodeKind.Identifier && expression.text === TRAP && args.length === 0;
}

function declaresEither(node: AscNode): boolean {
  const { name } = node as { name?: AscIdentifier };
  return name?.text === TRAP || name?.text === TOLD;
}

/** Nodes of its own for each call. */
function toldCall(): Pick<AscCall, "expression" | "args"> {
  const [statement] = parseText(TOLD_CALL, SOURCE_PATH).statements as AscStatement[];
  const { expression, args } = statement.expression as AscCall;
  return { expression, args };
}
