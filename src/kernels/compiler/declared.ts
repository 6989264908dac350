import {
  type AscDeclaration,
  type AscFunction,
  type AscNode,
  type AscVariable,
  CommonFlags,
  NodeKind,
} from "./asc_api.ts";

// What a source declares outside of functions and classes, by its names.

export function functionNamed(
  statements: readonly AscNode[],
  name: string,
): AscFunction | undefined {
  return statements.find((node) =>
    node.kind === NodeKind.FunctionDeclaration && (node as AscFunction).name.text === name
  ) as AscFunction | undefined;
}

export function variableNamed(
  statements: readonly AscNode[],
  name: string,
): AscVariable | undefined {
  return statements.filter((node) => node.kind === NodeKind.Variable)
    .flatMap((node) => (node as unknown as { declarations: AscVariable[] }).declarations)
    .find((variable) => variable.name.text === name);
}

export function exportedVariable(
  statements: readonly AscNode[],
  name: string,
): AscVariable | undefined {
  const variable = variableNamed(statements, name);
  return variable && isExported(variable) ? variable : undefined;
}

export function isExported(declaration: AscDeclaration): boolean {
  return (declaration.flags & CommonFlags.Export) !== 0;
}
