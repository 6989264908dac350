import ts from "typescript";
import { createProgram, DENO_OPTIONS, type Sources } from "../support/program.ts";

/** A place where a promise is left alone, for people to read. */
export interface Finding {
  file: string;
  line: number;
  text: string;
  reason: string;
}

/**
 * Finds promises that nobody awaits, hands on or owns: an expression that stands alone (also
 * behind `void`), and a function that gives a promise where nobody looks at what it gives. Such a
 * promise ends the process when it is rejected.
 *
 * Deno's linter knows no types, hence TypeScript's own interface.
 */
export function findFloatingPromises(sources: Sources): Finding[] {
  const program = createProgram(sources, DENO_OPTIONS);
  const checker = program.getTypeChecker();
  const findings: Finding[] = [];
  for (const root of sources.roots) {
    const file = program.getSourceFile(root);
    if (file === undefined) throw new Error(`Cannot find ${root}`);
    const visit = (node: ts.Node): void => {
      const reason = judge(node, checker);
      if (reason !== undefined) findings.push(describe(file, node, reason));
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return findings;
}

/** Why a node leaves a promise alone, if it does. */
function judge(node: ts.Node, checker: ts.TypeChecker): string | undefined {
  if (ts.isExpressionStatement(node) || ts.isVoidExpression(node)) {
    const { expression } = node;
    if (givesPromise(expression, checker)) return "nobody awaits this promise";
  } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.CommaToken) {
    if (givesPromise(node.left, checker)) return "nobody awaits this promise";
  } else if (ts.isExpression(node) && returnsPromiseToNobody(node, checker)) {
    return "nobody looks at what this function gives";
  }
}

/** Whether an expression that stands alone is a promise, in one of its branches. */
function givesPromise(expression: ts.Expression, checker: ts.TypeChecker): boolean {
  if (ts.isAwaitExpression(expression)) return false;
  // What is assigned has a name by which somebody may await it.
  if (ts.isBinaryExpression(expression) && isAssignment(expression.operatorToken.kind)) {
    return false;
  }
  return isPromise(checker.getTypeAtLocation(expression), checker);
}

function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** Whether a type, or one of a union, has a method `then`. */
function isPromise(type: ts.Type, checker: ts.TypeChecker): boolean {
  if (type.isUnion()) return type.types.some((each) => isPromise(each, checker));
  const then = type.getProperty("then");
  return then !== undefined && checker.getTypeOfSymbol(then).getCallSignatures().length > 0;
}

/** Whether a function that gives a promise is passed on as one that gives nothing. */
function returnsPromiseToNobody(node: ts.Expression, checker: ts.TypeChecker): boolean {
  if (!isPassedOn(node)) return false;
  const wanted = checker.getContextualType(node);
  if (wanted === undefined) return false;
  const signatures = signaturesOf(wanted);
  if (signatures.length === 0 || !signatures.every((each) => givesNothing(each))) return false;
  return signaturesOf(checker.getTypeAtLocation(node))
    .some((each) => isPromise(each.getReturnType(), checker));
}

/** Whether an expression is a value of a call, a property, a variable, or what a function gives. */
function isPassedOn(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
    return parent.arguments?.includes(node) ?? false;
  }
  if (ts.isBinaryExpression(parent)) {
    return parent.right === node && isAssignment(parent.operatorToken.kind);
  }
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent)) {
    return parent.initializer === node;
  }
  return ts.isReturnStatement(parent) || (ts.isArrowFunction(parent) && parent.body === node);
}

function signaturesOf(type: ts.Type): readonly ts.Signature[] {
  if (type.isUnion()) return type.types.flatMap(signaturesOf);
  return type.getCallSignatures();
}

function givesNothing(signature: ts.Signature): boolean {
  return (signature.getReturnType().flags & (ts.TypeFlags.Void | ts.TypeFlags.Undefined)) !== 0;
}

function describe(file: ts.SourceFile, node: ts.Node, reason: string): Finding {
  const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
  const [text] = node.getText(file).split("\n");
  return { file: file.fileName, line: line + 1, text, reason };
}
