import { heldAs, isDecimalType } from "../../contract/decimals.ts";
import type { ValueType } from "../../contract/kernel_manifest.ts";
import { type AscNode, literalText } from "./asc_api.ts";
import { type CombineFunctions, formOf, readCombine, refuseCombine } from "./combine_functions.ts";
import { exportedVariable } from "./declared.ts";
import { PAIR_OPS, type PairManifest, VALUE_OPS, type ValueManifest } from "./manifest.ts";
import { findMethodUses, findUses, hasMethod, Imports } from "./uses.ts";

type Refuse = (node: AscNode, message: string) => void;

/** What a source emits. */
export interface Emitted {
  /** Whether keys are no slices of the chunk; so where keys have values, or texts beside them. */
  copies: boolean;
  /** Where keys have values. */
  values?: ValueManifest;
  /** Where a value is emitted first. */
  firstValue?: AscNode;
  /** Where the source combines values itself. */
  combine?: CombineFunctions;
  /** Where keys have texts beside them. */
  pairs?: PairManifest;
}

/** What emits keys alone, what emits them with values, and what emits them with other texts. */
const KEY_EMITTERS = ["emit", "emitBytes", "emitKey", "emitRuns"];
const VALUE_EMITTERS = ["emitValue", "emitBytesValue"];
const PAIR_EMITTERS = ["emitPair", "emitBytesPair"];
/** A source of bytes that imports none of these emits slices of the chunk. */
const COPIERS = ["emit", "emitKey", "Key", "csv", ...VALUE_EMITTERS, ...PAIR_EMITTERS];

/** Reads what a source emits, by what it imports and uses. */
export function readEmitted(statements: readonly AscNode[], refuse: Refuse): Emitted {
  const imports = new Imports(statements);
  const keys = findKeyUses(statements, imports);
  const values = findUses(statements, imports, VALUE_EMITTERS);
  const pairs = findUses(statements, imports, PAIR_EMITTERS);
  const firstOf = ([first]: AscNode[]) => first?.range.start ?? Infinity;
  if (values.length === 0 && pairs.length === 0) {
    readNothing(statements, refuse);
    return { copies: COPIERS.some((name) => imports.has(name)) };
  }
  // What the source emits first tells what it should emit elsewhere.
  if (firstOf(values) < firstOf(pairs)) {
    refuseAll(keys, `Cannot emit a key alone: ${OF_VALUES}, so each key must have one`, refuse);
    refuseAll(pairs, `Cannot emit a pair: ${OF_VALUES}, so each key must have one`, refuse);
    return { copies: true, ...readValues(statements, refuse), firstValue: values[0] };
  }
  refuseAll(keys, `Cannot emit a key alone: ${OF_PAIRS}, so each key must have a text`, refuse);
  refuseAll(values, `Cannot emit a value: ${OF_PAIRS}, whose keys have texts`, refuse);
  return { copies: true, pairs: readPairs(statements, refuse) };
}

const OF_VALUES = "this kernel emits values (emitValue)";
const OF_PAIRS = "this kernel emits pairs (emitPair)";

function findKeyUses(statements: readonly AscNode[], imports: Imports): AscNode[] {
  const mayUseKey = imports.has("Key") && !hasMethod(statements, "emit");
  return [
    ...new Set([
      ...findUses(statements, imports, KEY_EMITTERS),
      ...mayUseKey ? findMethodUses(statements) : [],
    ]),
  ];
}

function refuseAll(nodes: readonly AscNode[], message: string, refuse: Refuse): void {
  for (const node of nodes) refuse(node, message);
}

/** Refuses what says something of values or pairs, where there are none. */
function readNothing(statements: readonly AscNode[], refuse: Refuse): void {
  const noValues = "this kernel emits no values (emitValue)";
  const because = { op: `${noValues} and no pairs (emitPair)`, value: noValues };
  for (const [name, why] of Object.entries(because)) {
    const variable = exportedVariable(statements, name);
    if (variable) refuse(variable, `Cannot use ${name}: ${why}`);
  }
  refuseCombine(statements, noValues, refuse);
}

function readPairs(statements: readonly AscNode[], refuse: Refuse): PairManifest {
  const value = exportedVariable(statements, "value");
  if (value) refuse(value, `Cannot use value: ${OF_PAIRS}, which have texts in place of values`);
  refuseCombine(statements, `${OF_PAIRS}, and no values`, refuse);
  return { op: readChoice(statements, "op", PAIR_OPS, "distinct", refuse, " for pairs") };
}

function readValues(
  statements: readonly AscNode[],
  refuse: Refuse,
): Pick<Emitted, "values" | "combine"> {
  const value = readValueType(statements, refuse);
  const combine = readCombine(statements, heldAs(value), refuse);
  const variable = exportedVariable(statements, "op");
  const isCombine = variable !== undefined && literalText(variable.initializer) === "combine";
  if (combine) {
    if (variable && !isCombine) {
      refuse(
        variable,
        "Cannot use op: the kernel's own function combine says what becomes of values",
      );
    }
    return { values: { value, op: "combine" }, combine };
  }
  if (isCombine) {
    refuse(variable, `op "combine" needs a function: ${formOf("combine", heldAs(value))}`);
    return { values: { value, op: "combine" } };
  }
  return {
    values: { value, op: readChoice(statements, "op", VALUE_OPS, "sum", refuse, " for values") },
  };
}

function readValueType(statements: readonly AscNode[], refuse: Refuse): ValueType {
  const variable = exportedVariable(statements, "value");
  if (!variable) return "i64";
  const text = literalText(variable.initializer);
  if (text === "i64" || text === "f64" || isDecimalType(text)) return text;
  refuse(variable, 'value must be "i64", "f64" or "decimal(N)" with N of 0 to 18');
  return "i64";
}

/** @param where What the choices are for, in words that end a message. */
function readChoice<T extends string>(
  statements: readonly AscNode[],
  name: string,
  choices: readonly T[],
  choice: T,
  refuse: Refuse,
  where = "",
): T {
  const variable = exportedVariable(statements, name);
  if (!variable) return choice;
  const text = literalText(variable.initializer);
  if (choices.includes(text as T)) return text as T;
  const quoted = choices.map((each) => `"${each}"`);
  refuse(variable, `${name} must be ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}${where}`);
  return choice;
}
