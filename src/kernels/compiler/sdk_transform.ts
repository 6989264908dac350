import { type AscClass, type AscFunction, type AscNode, NodeKind, parseText } from "./asc_api.ts";
import { LIBRARY_CHANGES } from "./library_changes.ts";
import { SOURCE_PATH } from "./survey.ts";
import { tellTraps } from "./told_traps.ts";

/** asc's runtime that `arena.ts` replaces. */
const STUB_PATH = "~lib/rt/stub.ts";

interface AscSource {
  normalizedPath: string;
  statements: AscNode[];
}

/** A function or method, whose body is a block. */
type AscRoutine = AscFunction & { body: AscNode & { statements: AscNode[] } };

/** What the SDK changes of asc's library, and of the source. */
export class SdkTransform {
  afterParse({ sources }: { sources: AscSource[] }): void {
    const sourceOf = (path: string) =>
      sources.find(({ normalizedPath }) => normalizedPath === path);
    sourceOf(STUB_PATH)?.statements.splice(0);
    for (const [path, text] of Object.entries(LIBRARY_CHANGES)) {
      const own = routinesOf(sourceOf(path)!.statements);
      for (const [name, { body, signature }] of routinesOf(parseText(text, path).statements)) {
        const changed = own.get(name)!;
        changed.body.statements.unshift(...body.statements);
        if (signature.parameters.length > 0) changed.signature = signature;
      }
    }
    tellTraps(sourceOf(SOURCE_PATH)!.statements);
  }
}

/** Functions by their names, and methods by those of class and method. */
function routinesOf(statements: readonly AscNode[]): Map<string, AscRoutine> {
  const routines = new Map<string, AscRoutine>();
  for (const statement of statements) {
    if (statement.kind === NodeKind.FunctionDeclaration) {
      routines.set((statement as AscRoutine).name.text, statement as AscRoutine);
    }
    if (statement.kind !== NodeKind.ClassDeclaration) continue;
    const { name, members } = statement as AscClass;
    for (const member of members) {
      routines.set(`${name.text}.${member.name.text}`, member as AscRoutine);
    }
  }
  return routines;
}
