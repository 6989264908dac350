import type { AscFunction, AscNamedType, AscNode } from "./asc_api.ts";
import { exportedVariable, functionNamed, isExported } from "./declared.ts";

/** How values are held; decimals are a number of units. */
type HeldType = "i64" | "f64";
type Refuse = (node: AscNode, message: string) => void;

/** What a kernel that combines its values itself has of its own. */
export interface CombineFunctions {
  /** Whether it has a function `finish`, too. */
  finishes: boolean;
}

const NAMES = ["combine", "finish"] as const;
type Name = typeof NAMES[number];
const PARAMETERS: Record<Name, string[]> = { combine: ["a", "b"], finish: ["state"] };

/**
 * Reads whether a source combines its values by a function of its own.
 *
 * @param value How the values are held.
 */
export function readCombine(
  statements: readonly AscNode[],
  value: HeldType,
  refuse: Refuse,
): CombineFunctions | undefined {
  const combine = functionNamed(statements, "combine");
  const finish = functionNamed(statements, "finish");
  for (const name of NAMES) {
    const variable = exportedVariable(statements, name);
    if (variable) refuse(variable, `${name} must be a function: ${formOf(name, value)}`);
  }
  // Where a source says another op, a function that it does not export is any other function.
  const saysOp = exportedVariable(statements, "op") !== undefined;
  if (!combine || (!isExported(combine) && saysOp)) {
    if (finish && isExported(finish)) {
      refuse(finish, `Cannot use finish without combine: ${formOf("combine", value)}`);
    }
    return undefined;
  }
  check(combine, "combine", value, refuse);
  if (finish) check(finish, "finish", value, refuse);
  return { finishes: finish !== undefined };
}

/** Refuses the functions where a kernel emits no values. */
export function refuseCombine(
  statements: readonly AscNode[],
  why: string,
  refuse: Refuse,
): void {
  for (const name of NAMES) {
    const found = functionNamed(statements, name) ?? exportedVariable(statements, name);
    if (found && isExported(found)) refuse(found, `Cannot use ${name}: ${why}`);
  }
}

/** How a function must be declared. */
export function formOf(name: Name, value: HeldType): string {
  const parameters = PARAMETERS[name].map((each) => `${each}: ${value}`);
  return `export function ${name}(${parameters.join(", ")}): ${value}`;
}

function check(declared: AscFunction, name: Name, value: HeldType, refuse: Refuse): void {
  const form = formOf(name, value);
  if (!isExported(declared)) refuse(declared, `${name} must be exported: ${form}`);
  const { parameters, returnType } = declared.signature;
  const { length } = PARAMETERS[name];
  if (parameters.length !== length || declared.typeParameters) {
    const count = length === 1 ? "one parameter" : "two parameters";
    return refuse(declared.name, `${name} must have ${count}, and none of types: ${form}`);
  }
  const wrong = parameters.find(({ type }) => !isOf(type, value));
  if (wrong) refuse(wrong.name, `${name} must take values of the kernel's type, ${value}: ${form}`);
  if (!isOf(returnType, value)) {
    refuse(declared.name, `${name} must return a value of the kernel's type, ${value}: ${form}`);
  }
}

/** A type that is a function has no name. */
function isOf({ name, isNullable }: AscNamedType, value: HeldType): boolean {
  return name?.identifier.text === value && !isNullable;
}
