import { z } from "@hono/zod-openapi";
import { MOST_KEYS } from "../contract/expressions/expression.ts";
import { describeAllowed, type Parameter } from "../contract/parameters.ts";

/** What a parameter may be, from the table that parses it. */
function schemaOf(parameter: Parameter): z.ZodType {
  switch (parameter.kind) {
    case "choice":
      return z.enum(parameter.values as [string, ...string[]]);
    case "boolean":
      return z.boolean();
    case "integer":
    case "size":
      return z.int().min(parameter.least).max(parameter.most);
    case "text":
      return z.string().max(parameter.maxChars);
    case "list": {
      const item = parameter.values
        ? z.enum(parameter.values as [string, ...string[]])
        : z.string().min(1);
      return z.array(item).max(parameter.maxItems);
    }
    case "grammar":
      return z.string().max(parameter.maxChars);
    case "expressions":
      return z.array(z.string().min(1)).max(MOST_KEYS);
    case "charset": // a label of the Encoding Standard, blanks around it cut off
      return z.string().regex(/^[A-Za-z0-9_:.()+-]{2,40}$/);
    case "locale": // BCP 47
      return z.string().regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/);
    case "family":
      return z.record(z.string(), z.string().max(parameter.maxChars));
  }
}

/** How a query writes what is no single value. Each member of a family is a parameter by itself. */
const STYLES: Partial<Record<Parameter["kind"], { style: "form"; explode: boolean }>> = {
  list: { style: "form", explode: false },
  expressions: { style: "form", explode: false },
  family: { style: "form", explode: true },
};

/** Items that hold commas are parameters of one name. */
function styleOf(parameter: Parameter) {
  const style = STYLES[parameter.kind] ?? {};
  return "separator" in parameter ? { ...style, explode: true } : style;
}

/** A table of parameters as those of a query. */
export function querySchema(table: Readonly<Record<string, Parameter>>): z.ZodObject {
  const entries = Object.entries(table).map(([name, parameter]) => {
    const style = styleOf(parameter);
    const description = `${parameter.about}: ${describeAllowed(parameter)}`;
    return [name, withDefault(parameter).openapi({ param: { ...style, description } })] as const;
  });
  return z.object(Object.fromEntries(entries));
}

/** Names the default, unless it is not among the values: then it only means "not given". */
function withDefault(parameter: Parameter): z.ZodType {
  const schema = schemaOf(parameter);
  const value = Array.isArray(parameter.default) ? [...parameter.default] : parameter.default;
  return schema.safeParse(value).success ? schema.default(value) : schema.optional();
}

/** A table of parameters as the options that an answer repeats. */
export function optionsSchema(table: Readonly<Record<string, Parameter>>): z.ZodObject {
  const entries = Object.entries(table).map(([name, parameter]) =>
    [name, schemaOf(parameter).describe(parameter.about)] as const
  );
  return z.strictObject(Object.fromEntries(entries));
}
