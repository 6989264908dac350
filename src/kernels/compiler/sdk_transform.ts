import { type AscClass, type AscFunction, type AscNode, NodeKind, parseText } from "./asc_api.ts";

/** What asc calls sources of its library: its strings, and the runtime that `arena.ts` replaces. */
const STRINGS_PATH = "~lib/string.ts";
const STUB_PATH = "~lib/rt/stub.ts";

/** What stands first in methods of asc's String; the functions are of `string_methods.ts`. */
const METHODS = `class String {
  substring(): String {
    return substringOf(this, start, end);
  }
  split(): String[] {
    if (isOneUnit(this, separator, limit)) return splitBy(this, changetype<String>(separator));
  }
}`;

/**
 * The library's file of functions, and what stands first in some. Those that read are of
 * `parse_methods.ts`; the library joins an array of one i64 by its lower half.
 */
const STRING_FUNCTIONS_PATH = "~lib/util/string.ts";
const FUNCTIONS = `
export function strtol<T>(): T {
  return integerOf<T>(str, radix);
}
export function strtod(): f64 {
  return floatOf(str);
}
export function joinIntegerArray<T>(): string {
  if (length == 1) return load<T>(dataStart).toString();
}`;

interface AscSource {
  normalizedPath: string;
  statements: AscNode[];
}

/** A method or a function, whose body is a block. */
type AscMethod = AscFunction & { body: AscNode & { statements: AscNode[] } };

/** What the SDK changes of asc's library. */
export class SdkTransform {
  afterParse({ sources }: { sources: AscSource[] }): void {
    const sourceOf = (path: string) =>
      sources.find(({ normalizedPath }) => normalizedPath === path);
    sourceOf(STUB_PATH)?.statements.splice(0);
    beginWith(methodsOf, sourceOf(STRINGS_PATH)!.statements, METHODS);
    beginWith(functionsOf, sourceOf(STRING_FUNCTIONS_PATH)!.statements, FUNCTIONS);
  }
}

type ListBodies = (statements: readonly AscNode[]) => Map<string, AscMethod>;

/** Puts bodies that are written in `text` before those of the same names. */
function beginWith(list: ListBodies, statements: readonly AscNode[], text: string): void {
  const own = list(statements);
  for (const [name, { body }] of list(parseText(text, STRINGS_PATH).statements)) {
    own.get(name)!.body.statements.unshift(...body.statements);
  }
}

function functionsOf(statements: readonly AscNode[]): Map<string, AscMethod> {
  const functions = statements.filter(({ kind }) => kind === NodeKind.FunctionDeclaration);
  return new Map((functions as AscMethod[]).map((each) => [each.name.text, each]));
}

function methodsOf(statements: readonly AscNode[]): Map<string, AscMethod> {
  const found = statements.find((node) =>
    node.kind === NodeKind.ClassDeclaration && (node as AscClass).name.text === "String"
  ) as AscClass;
  return new Map(found.members.map((member) => [member.name.text, member as AscMethod]));
}
