import ts from "typescript";

/** As much of a JSON schema as the document of the interface uses. */
export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
}

/** Compares types of TypeScript with schemas, member by member. */
export class SchemaComparison {
  readonly differences: string[] = [];

  constructor(
    readonly checker: ts.TypeChecker,
    readonly schemas: Readonly<Record<string, Schema>>,
  ) {}

  compare(path: string, type: ts.Type, given: Schema): void {
    this.#compareTypes(path, this.#split(type), given);
  }

  #compareTypes(path: string, types: ts.Type[], given: Schema): void {
    const schemas = this.#alternatives(given);
    const found = types.map((each) => this.#kindOf(each));
    const isText = found.includes("string"); // a type may leave open which texts there are
    const kinds = formatKinds(found, isText);
    const others = formatKinds(schemas.flatMap(kindsOfSchema), isText);
    if (kinds !== others) this.differences.push(`${path}: ${kinds} is ${others} in the document`);
    const schema = schemas.find((each) => each.type === "array" || each.properties);
    if (schema?.items) {
      const list = types.find((each) => this.#isArray(each));
      if (list) this.compare(`${path}[]`, this.#itemOf(list), schema.items);
    }
    if (schema?.properties) {
      const objects = types.filter((each) => this.#kindOf(each) === "object");
      this.#compareMembers(path, objects, schema);
    }
  }

  #compareMembers(path: string, objects: ts.Type[], schema: Schema): void {
    const members = this.#membersOf(objects);
    const { properties = {}, required = [] } = schema;
    const isOpen = schema.additionalProperties !== false;
    for (const [name, { isOptional, types }] of members) {
      const member = properties[name];
      const at = `${path}.${name}`;
      if (!member) {
        if (!isOpen) this.differences.push(`${at} is not in the document`);
        continue;
      }
      if (isOptional === required.includes(name)) {
        this.differences.push(
          `${at} is ${isOptional ? "always" : "sometimes"} there by the document`,
        );
      }
      this.#compareTypes(at, types.flatMap((type) => this.#split(type)), member);
    }
    for (const name of Object.keys(properties)) {
      const isKnown = members.has(name) || objects.some((each) => each.getStringIndexType());
      if (!isKnown) this.differences.push(`${path}.${name} is in the document alone`);
    }
  }

  /** Members of a union: one that some of them lack is optional. */
  #membersOf(objects: ts.Type[]): Map<string, { isOptional: boolean; types: ts.Type[] }> {
    const members = new Map<string, { isOptional: boolean; types: ts.Type[] }>();
    for (const object of objects) {
      for (const symbol of this.checker.getPropertiesOfType(object)) {
        const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
        const type = this.checker.getTypeOfSymbol(symbol);
        // A member that can only be undefined is one that is not there.
        if (this.checker.getNonNullableType(type).flags & ts.TypeFlags.Never) continue;
        const before = members.get(symbol.name) ?? { isOptional: false, types: [] };
        members.set(symbol.name, {
          isOptional: isOptional || before.isOptional,
          types: [...before.types, type],
        });
      }
    }
    for (const member of members.values()) {
      member.isOptional ||= member.types.length < objects.length;
    }
    return members;
  }

  #split(type: ts.Type): ts.Type[] {
    const present = this.checker.getNonNullableType(type);
    return present.isUnion() ? present.types : [present];
  }

  #alternatives(schema: Schema): Schema[] {
    const { $ref, anyOf, oneOf } = schema;
    if ($ref) return this.#alternatives(this.schemas[$ref.split("/").at(-1)!]);
    const several = anyOf ?? oneOf;
    return several ? several.flatMap((each) => this.#alternatives(each)) : [schema];
  }

  #kindOf(type: ts.Type): string {
    if (type.isStringLiteral()) return JSON.stringify(type.value);
    if (type.flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral)) return "string";
    if (type.flags & ts.TypeFlags.NumberLike) return "number";
    if (type.flags & ts.TypeFlags.BooleanLike) return "boolean";
    return this.#isArray(type) ? "array" : "object";
  }

  #isArray(type: ts.Type): boolean {
    return this.checker.isArrayType(type);
  }

  #itemOf(type: ts.Type): ts.Type {
    return this.checker.getTypeArguments(type as ts.TypeReference)[0];
  }
}

function kindsOfSchema({ type, enum: values, const: value }: Schema): string[] {
  if (value !== undefined) return [JSON.stringify(value)];
  if (type === "integer" || type === "number") return ["number"];
  if (values) return values.map((each) => JSON.stringify(each));
  return [type ?? "object"];
}

/** @param isText Whether each text is of the kind of all texts. */
function formatKinds(kinds: string[], isText: boolean): string {
  const shown = kinds.map((kind) => isText && kind.startsWith('"') ? "string" : kind);
  return [...new Set(shown)].sort().join(" | ");
}
