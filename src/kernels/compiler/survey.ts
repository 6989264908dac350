import {
  type AscClass,
  type AscFunction,
  type AscNode,
  DiagnosticCategory,
  literalText,
  NodeKind,
  parseText,
} from "./asc_api.ts";
import { refuseWrongClasses } from "./byte_classes.ts";
import type { CombineFunctions } from "./combine_functions.ts";
import { exportedVariable, functionNamed, isExported, variableNamed } from "./declared.ts";
import { type Diagnostic, MOST_DIAGNOSTICS, SourceText } from "./diagnostics.ts";
import { findDoubleReads } from "./double_reads.ts";
import { readEmitted } from "./emitted.ts";
import { checkExports } from "./exports.ts";
import { findForeignImports, findHoles, findMissingHost } from "./forbidden.ts";
import { keepsObjects } from "./kept_objects.ts";
import type { OptionManifest, PairManifest, ValueManifest } from "./manifest.ts";
import { readOptions, refuseOtherOptions } from "./option_fields.ts";

/** What the compiler must know of a source before it writes the file around it. */
export interface Survey {
  /** What `map` takes. */
  level: "string" | "bytes";
  /** What the source calls the kernel, if it does. */
  name?: string;
  records: string;
  options: OptionManifest[];
  /** Whether the source has a class `Options` but no variable `options`. */
  lacksOptions: boolean;
  /** Whether a global of the source may keep an object, so that memory cannot end with a record. */
  keepsObjects: boolean;
  /** Whether the source emits keys that are no slices of the chunk. */
  emitsCopies: boolean;
  /** What the source says of the values that it emits with its keys. */
  values?: ValueManifest;
  /** Where it emits a value first, in UTF-16 units from 0. */
  firstValue?: number;
  /** What it combines its values by, where it does that itself. */
  combine?: CombineFunctions;
  /** What it says of the pairs that it emits. */
  pairs?: PairManifest;
}

/** The name under which asc knows the source. */
export const SOURCE_PATH = "kernel.ts";
const RECORDS = /^(line|word|paragraph|chunk|csv|ndjson|fixed:[1-9]\d{0,6})$/;
const NAME = /^[A-Za-z][\w.-]{0,63}$/;
const MAP = "export function map(record: string): void, or map(chunk: Chunk)";

/** Reads a source without compiling it. @returns What is wrong, if anything is. */
export function surveySource(text: string): Survey | Diagnostic[] {
  const source = new SourceText(text);
  const { statements, diagnostics } = parseText(text, SOURCE_PATH);
  const errors = diagnostics.filter(({ category, range }) =>
    category === DiagnosticCategory.Error && range
  );
  if (errors.length > 0) return source.explainCauses(errors).slice(0, MOST_DIAGNOSTICS);
  return new Surveyor(source, statements).survey();
}

class Surveyor {
  readonly #source: SourceText;
  readonly #statements: AscNode[];
  readonly #diagnostics: Diagnostic[] = [];

  constructor(source: SourceText, statements: AscNode[]) {
    this.#source = source;
    this.#statements = statements;
  }

  survey(): Survey | Diagnostic[] {
    const refuse = (node: AscNode, message: string) => this.#refuse(node, message);
    findForeignImports(this.#statements, refuse);
    findMissingHost(this.#statements, refuse);
    findDoubleReads(this.#statements, refuse);
    findHoles(this.#statements, refuse);
    refuseWrongClasses(this.#statements, refuse);
    const map = functionNamed(this.#statements, "map");
    const level = map ? this.#readLevel(map) : "bytes";
    const name = this.#readText(
      "name",
      NAME,
      "name must be a text of 1 to 64 letters, digits and . _ -, which begins with a letter",
    );
    const records = this.#readText(
      "records",
      RECORDS,
      'records must be "line", "word", "paragraph", "chunk", "csv", "ndjson" or "fixed:N" with N of 1 to 9999999',
    ) ?? "line";
    const { copies, firstValue, ...emitted } = readEmitted(this.#statements, refuse);
    const optionsClass = this.#classNamed("Options");
    const options = optionsClass ? readOptions(optionsClass, refuse) : [];
    const variable = variableNamed(this.#statements, "options");
    if (optionsClass) refuseOtherOptions(this.#statements, refuse);
    checkExports(this.#statements, refuse);
    if (!map && this.#diagnostics.length === 0) this.#refuseWithoutMap();
    if (this.#diagnostics.length > 0) return this.#diagnostics.slice(0, MOST_DIAGNOSTICS);
    return {
      level,
      name,
      records,
      options,
      lacksOptions: optionsClass !== undefined && !variable,
      keepsObjects: keepsObjects(this.#statements, options),
      emitsCopies: level === "string" || copies,
      ...emitted,
      firstValue: firstValue?.range.start,
    };
  }

  /** What is told first of a place says more than what follows. */
  #refuse(node: AscNode, message: string): void {
    const told = this.#source.diagnose(node.range.start, message);
    const isSamePlace = (each: Diagnostic) =>
      each.line === told.line && each.column === told.column;
    if (!this.#diagnostics.some(isSamePlace)) this.#diagnostics.push(told);
  }

  #refuseWithoutMap(): void {
    const variable = variableNamed(this.#statements, "map");
    const what = variable
      ? "map must be a function, and no constant"
      : "A kernel must have a function map";
    this.#diagnostics.push(this.#source.diagnose(variable?.range.start ?? 0, `${what}: ${MAP}`));
  }

  #readLevel(map: AscFunction): "string" | "bytes" {
    if (!isExported(map)) this.#refuse(map, `map must be exported: ${MAP}`);
    const { parameters, returnType } = map.signature;
    if (parameters.length !== 1) this.#refuse(map.name, `map must have one parameter: ${MAP}`);
    if (returnType.name?.identifier.text !== "void") {
      this.#refuse(map.name, `map must return void: ${MAP}`);
    }
    const type = parameters[0]?.type.name?.identifier.text;
    if (type !== "string" && type !== "Chunk" && parameters.length === 1) {
      this.#refuse(parameters[0].name, `map must take a string or a Chunk: ${MAP}`);
    }
    return type === "string" ? "string" : "bytes";
  }

  /** What an exported constant says; undefined where there is none. */
  #readText(name: string, form: RegExp, refusal: string): string | undefined {
    const variable = exportedVariable(this.#statements, name);
    if (!variable) return undefined;
    const value = literalText(variable.initializer);
    if (value !== undefined && form.test(value)) return value;
    this.#refuse(variable, refusal);
  }

  #classNamed(name: string): AscClass | undefined {
    return this.#statements.find((node) =>
      node.kind === NodeKind.ClassDeclaration && (node as AscClass).name.text === name
    ) as AscClass | undefined;
  }
}
