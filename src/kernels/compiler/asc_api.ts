import * as assemblyscript from "assemblyscript";

/** A range of a source text, in UTF-16 units from 0. */
export interface AscRange {
  start: number;
  end: number;
  source: { normalizedPath: string };
}

/** A node of the syntax tree; which members it has depends on its kind. */
export interface AscNode {
  kind: number;
  range: AscRange;
}

export interface AscIdentifier extends AscNode {
  text: string;
}

export interface AscNamedType extends AscNode {
  name: { identifier: AscIdentifier };
  isNullable: boolean;
}

/** A variable, a field or another declaration. */
export interface AscDeclaration extends AscNode {
  name: AscIdentifier;
  flags: number;
}

export interface AscVariable extends AscDeclaration {
  type: AscNamedType | null;
  initializer: AscNode | null;
}

export interface AscFunction extends AscDeclaration {
  typeParameters: AscNode[] | null;
  signature: {
    parameters: { name: AscIdentifier; type: AscNamedType; range: AscRange }[];
    returnType: AscNamedType;
  };
}

export interface AscClass extends AscDeclaration {
  extendsType: AscNode | null;
  members: AscDeclaration[];
}

/** An error, as the compiler tells it. */
export interface AscError {
  message: string;
  range: { start: number; end: number; source: { normalizedPath: string } | null } | null;
}

export interface AscDiagnostic extends AscError {
  code: number;
  category: number;
}

interface AscParser {
  diagnostics: AscDiagnostic[];
  sources: { statements: AscNode[] }[];
  parseFile(text: string, path: string, isEntry: boolean): void;
}

/** A type of a value, as the compiler resolves it. */
export interface AscType {
  getClass(): object | null;
}

/** What makes instructions of expressions, which have numbers. */
export interface AscCompiler {
  program: { stringInstance: { lookupOverload(kind: number): object | null } };
  module: { unary(operation: number, operand: number): number };
  currentType: AscType;
  makeIsTrueish(value: number, type: AscType, place: AscNode): number;
  makeCallDirect(routine: object, operands: number[], place: AscNode): number;
}

/** The part of the compiler's own interface that is used; asc's declarations hide its enums. */
interface AscApi {
  Parser: new () => AscParser;
  Compiler: { prototype: AscCompiler };
  OperatorKind: Record<string, number>;
  UnaryOp: Record<string, number>;
  NodeKind: Record<string, number>;
  CommonFlags: Record<string, number>;
  LiteralKind: Record<string, number>;
  DiagnosticCategory: Record<string, number>;
  Token: Record<string, number>;
}

const api = assemblyscript as unknown as AscApi;

export const NodeKind = api.NodeKind;
export const CommonFlags = api.CommonFlags;
export const LiteralKind = api.LiteralKind;
export const DiagnosticCategory = api.DiagnosticCategory;
export const Token = api.Token;
export const OperatorKind = api.OperatorKind;
export const UnaryOp = api.UnaryOp;
export const Compiler = api.Compiler;

/** Parses a text that asc knows by `path`. */
export function parseText(
  text: string,
  path: string,
): { statements: AscNode[]; diagnostics: AscDiagnostic[] } {
  const parser = new api.Parser();
  parser.parseFile(text, path, true);
  return { statements: parser.sources[0]?.statements ?? [], diagnostics: parser.diagnostics };
}

/** A node and all nodes below it. */
export function* descend(node: AscNode): Generator<AscNode> {
  yield node;
  for (const [name, value] of Object.entries(node)) {
    if (name === "range") continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (isNode(each)) yield* descend(each);
    }
  }
}

function isNode(value: unknown): value is AscNode {
  return typeof value === "object" && value !== null && "kind" in value && "range" in value;
}

/** The text of a literal, if a node is one. */
export function literalText(node: AscNode | null | undefined): string | undefined {
  if (node?.kind !== NodeKind.Literal) return undefined;
  const { literalKind, value } = node as unknown as { literalKind: number; value: string };
  return literalKind === LiteralKind.String ? value : undefined;
}
