import { findNearest } from "../../contract/nearest.ts";
import {
  type AscDeclaration,
  type AscFunction,
  type AscIdentifier,
  type AscNode,
  type AscVariable,
  descend,
  literalText,
  NodeKind,
} from "./asc_api.ts";
import { isExported } from "./declared.ts";
import { isNewOptions } from "./option_fields.ts";

type Refuse = (node: AscNode, message: string) => void;
type Kind = "function" | "constant" | "class";

/** What a kernel may export: what each is, and how it is written. */
const EXPORTS: Readonly<Record<string, [kind: Kind, form: string]>> = {
  map: ["function", "export function map(record: string): void"],
  records: ["constant", 'export const records = "line"'],
  name: ["constant", 'export const name = "log-status"'],
  op: ["constant", 'export const op = "sum"'],
  value: ["constant", 'export const value = "i64"'],
  combine: ["function", "export function combine(a: i64, b: i64): i64"],
  finish: ["function", "export function finish(state: i64): i64"],
  Options: ["class", "export class Options"],
  options: ["constant", "export const options = new Options()"],
};
const NAMES = Object.keys(EXPORTS);
/** What others call by these names. */
const CALLED: Readonly<Record<string, string>> = {
  reduce:
    "what reduces the values of a key is export const op, or export function combine(a: i64, b: i64): i64",
};
/** What a kernel has no use for beside another export. */
const EXCLUDED_BY: Readonly<Record<string, string[]>> = {
  op: ["combine"],
  combine: ["op"],
  finish: ["op"],
};
/** How many parameters a function of the contract has. */
const PARAMETERS: Readonly<Record<string, number>> = { map: 1, combine: 2, finish: 1 };
const KINDS: Readonly<Record<number, Kind>> = {
  [NodeKind.FunctionDeclaration]: "function",
  [NodeKind.VariableDeclaration]: "constant",
  [NodeKind.ClassDeclaration]: "class",
};

/**
 * Refuses exports that mean nothing to Millrace, and declarations that look like such as mean
 * something but are not exported: nobody would learn that they are ignored.
 */
export function checkExports(statements: readonly AscNode[], refuse: Refuse): void {
  const names = statements.flatMap((statement) => [...descend(statement)])
    .filter(({ kind }) => kind === NodeKind.Identifier) as AscIdentifier[];
  const hasOptions = statements.some((node) => isNamed(node, "Options"));
  const missing = findMissing(statements, hasOptions);
  for (const statement of statements) {
    refuseStatement(statement, refuse);
    for (const declared of declarationsOf(statement)) {
      if (isExported(declared)) checkExported(declared, hasOptions, missing, refuse);
      else checkKept(declared, names, missing, refuse);
    }
  }
}

/** What a kernel may export and does not. */
function findMissing(statements: readonly AscNode[], hasOptions: boolean): string[] {
  const exported = new Set(
    statements.flatMap(declarationsOf).filter(isExported).map(({ name }) => name.text),
  );
  if (hasOptions) exported.add("Options"); // the compiler finds it without export
  const has = (name: string) => exported.has(name);
  return NAMES.filter((name) => !has(name) && !EXCLUDED_BY[name]?.some(has));
}

function isNamed(node: AscNode, name: string): boolean {
  return node.kind === NodeKind.ClassDeclaration && (node as AscDeclaration).name.text === name;
}

/** Names that are exported apart from what they name. */
function refuseStatement(statement: AscNode, refuse: Refuse): void {
  switch (statement.kind) {
    case NodeKind.Export:
    case NodeKind.ExportDefault:
    case NodeKind.ExportImport: {
      const { path } = statement as unknown as { path?: AscNode };
      refuse(path ?? statement, `Write export before what is declared: ${EXPORTS.map[1]}`);
    }
  }
}

function declarationsOf(statement: AscNode): AscDeclaration[] {
  switch (statement.kind) {
    case NodeKind.Variable:
      return (statement as unknown as { declarations: AscVariable[] }).declarations;
    case NodeKind.FunctionDeclaration:
    case NodeKind.ClassDeclaration:
    case NodeKind.InterfaceDeclaration:
    case NodeKind.EnumDeclaration:
    case NodeKind.NamespaceDeclaration:
    case NodeKind.TypeDeclaration:
      return [statement as AscDeclaration];
    default:
      return [];
  }
}

function checkExported(
  declared: AscDeclaration,
  hasOptions: boolean,
  missing: readonly string[],
  refuse: Refuse,
): void {
  const { name: { text } } = declared;
  if (!Object.hasOwn(EXPORTS, text)) {
    if (isNewOptions((declared as AscVariable).initializer)) return; // that is told by itself
    const nearest = findNearest(text, namesOf(declared, missing));
    const advice = nearest ? `, the nearest is '${nearest}'` : "";
    const instead = CALLED[text.toLowerCase()] ?? "what only the kernel uses goes without export";
    return refuse(declared.name, `A kernel has no export '${text}'${advice}; ${instead}`);
  }
  const [kind, form] = EXPORTS[text];
  // Functions are checked where they are read.
  if (KINDS[declared.kind] !== kind && kind !== "function") {
    refuse(declared.name, `${text} must be a ${kind}: ${form}`);
  } else if (text === "options" && !hasOptions) {
    refuse(declared.name, `options needs a class Options: export class Options { by: i32 = 0 }`);
  }
}

/** What nobody uses in the kernel was meant for Millrace, if its name says so. */
function checkKept(
  declared: AscDeclaration,
  names: readonly AscIdentifier[],
  missing: readonly string[],
  refuse: Refuse,
): void {
  const { name: { text }, range: { start, end }, initializer } = declared as AscVariable;
  if (text === "Options") return; // the compiler finds it without
  const nearest = findNearest(text, namesOf(declared, missing));
  const said = literalText(initializer);
  const isUsed = names.some(({ text: each, range }) =>
    each === text && (range.start < start || range.end > end)
  );
  if (!nearest || (isUsed && !isNewOptions(initializer))) return;
  if (text !== nearest && !hasParametersOf(declared, nearest)) return;
  const form = said === undefined ? EXPORTS[nearest][1] : `export const ${nearest} = "${said}"`;
  refuse(declared, `${text} is not exported, so that it says nothing: write ${form}`);
}

/** A helper that takes other parameters is nothing of the contract, whatever its name. */
function hasParametersOf(declared: AscDeclaration, name: string): boolean {
  if (declared.kind !== NodeKind.FunctionDeclaration) return true;
  return (declared as AscFunction).signature.parameters.length === PARAMETERS[name];
}

/** Those of the names that something of this kind may have. */
function namesOf({ kind }: AscDeclaration, names: readonly string[]): string[] {
  const ofKind = (name: string) => EXPORTS[name][0] === KINDS[kind];
  return KINDS[kind] === undefined ? [...names] : names.filter(ofKind);
}
