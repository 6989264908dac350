import ts from "typescript";
import { createProgram } from "../support/program.ts";

const MAIN = new URL("../../src/client/mod.ts", import.meta.url).pathname;

/** What every runtime has that the client is for: the language, and what browsers have. */
const OPTIONS: ts.CompilerOptions = {
  allowImportingTsExtensions: true,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.esnext.disposable.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  noEmit: true,
  skipLibCheck: true,
  strict: true,
  target: ts.ScriptTarget.ES2022,
  types: [],
};

/** The client, and the symbols that it exports. */
export interface ClientProgram {
  checker: ts.TypeChecker;
  /** What the compiler finds wrong: where, and what. */
  problems: { file: string; line: number; text: string }[];
  exported: ReadonlyMap<string, ts.Symbol>;
}

/** @param more Source that stands beside the client's. */
export function readClient(more?: string): ClientProgram {
  const virtual = more === undefined ? undefined : new Map([["/more.ts", more]]);
  const program = createProgram({ roots: [MAIN], virtual, resolve: typesOf }, OPTIONS);
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(MAIN)!)!;
  const exported = checker.getExportsOfModule(module).map((symbol) => {
    const isAlias = symbol.flags & ts.SymbolFlags.Alias;
    return [symbol.name, isAlias ? checker.getAliasedSymbol(symbol) : symbol] as const;
  });
  const problems = ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => ({
    file: file!.fileName,
    line: file!.getLineAndCharacterOfPosition(start!).line,
    text: ts.flattenDiagnosticMessageText(messageText, " "),
  }));
  return { checker, problems, exported: new Map(exported) };
}

function typesOf(specifier: string): string {
  return new URL(import.meta.resolve(specifier)).pathname.replace(/\.js$/, ".d.ts");
}
