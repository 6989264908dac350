import { assert, assertEquals } from "@std/assert";
import { PROBLEM_MEMBERS } from "../../../src/contract/problem_members.ts";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

interface Answers {
  responses: Record<string, { content?: Record<string, unknown> }>;
}

/** As much of an OpenAPI document as a check of responses reads. */
interface Document {
  paths: Record<string, Record<string, Answers>>;
}

/** Whether a member of a problem is of its kind. */
const IS_OF_KIND: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  strings: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
  list: Array.isArray,
  any: () => true,
};

const WHERE = "say it in the `docs` of the route, in src/http/routes";

/**
 * What the served OpenAPI document promises: every response is held against the schema that its
 * path, method, status and media type have there.
 */
export class Contract {
  readonly #document: Document;
  readonly #ajv = new Ajv2020({ strict: false, validateFormats: false });
  readonly #validators = new Map<string, ValidateFunction>();

  private constructor(document: Document) {
    this.#document = document;
    this.#ajv.addSchema(document, "openapi");
  }

  /** Reads the document of a server; every server has the same. */
  static async of(server: { fetch(request: Request): Promise<Response> }): Promise<Contract> {
    const response = await server.fetch(new Request("http://localhost/openapi.json"));
    assertEquals(response.status, 200);
    return new Contract(await response.json());
  }

  /** Fails when a response is not what the document says; does not touch its body. */
  async check(method: string, path: string, response: Response): Promise<void> {
    if (method === "HEAD" || method === "OPTIONS") return;
    const name = `${method} ${path}: ${response.status}`;
    const template = this.#templateOf(path);
    const operation = this.#document.paths[template]?.[method.toLowerCase()];
    const type = response.headers.get("content-type") ?? "";
    if (operation === undefined) {
      assert(
        [404, 405].includes(response.status),
        `${name}, but it has no documentation: ${WHERE}`,
      );
      const pointer = "/components/schemas/Problem";
      return this.#validate(name, pointer, await response.clone().json());
    }
    const { [response.status]: answer } = operation.responses;
    assert(answer, `${name}, but the document has no such status: ${WHERE}`);
    const types = Object.keys(answer.content ?? {});
    if (response.body === null && types.length === 0) return;
    assert(types.includes(type), `${name}: '${type}' is none of ${types}`);
    if (response.headers.has("content-encoding")) return;
    if (!/^application\/(problem\+)?json$/.test(type)) return;
    const steps = ["paths", template, method.toLowerCase(), "responses", `${response.status}`];
    const pointer = [...steps, "content", type, "schema"].map(escapeStep).join("");
    this.#validate(name, pointer, await response.clone().json());
  }

  #validate(name: string, pointer: string, document: unknown): void {
    let validate = this.#validators.get(pointer);
    if (!validate) {
      validate = this.#ajv.compile({ $ref: `openapi#${pointer}` });
      this.#validators.set(pointer, validate);
    }
    const good = validate(document);
    const errors = this.#ajv.errorsText(validate.errors, { separator: "\n" });
    assert(
      good,
      `${name} is not as the document says; ${WHERE}, or in src/openapi/schemas.ts:
${errors}
${JSON.stringify(document).slice(0, 2000)}`,
    );
    checkMembers(name, document as Record<string, unknown>);
  }

  #templateOf(path: string): string {
    const parts = path.split("/");
    return Object.keys(this.#document.paths).find((template) => {
      const steps = template.split("/");
      return steps.length === parts.length &&
        steps.every((step, i) => step === parts[i] || (step.startsWith("{") && parts[i] !== ""));
    }) ?? path;
  }
}

/** A step of a JSON pointer, as a fragment of a URI. */
function escapeStep(step: string): string {
  return `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`;
}

/** Fails when a member that the contract knows of a problem is of another kind than it says. */
function checkMembers(name: string, document: Record<string, unknown>): void {
  const code = String(document.type).split(":").at(-1)!.replaceAll("-", "_");
  const kinds = (PROBLEM_MEMBERS as Record<string, Record<string, string>>)[code] ?? {};
  for (const [member, kind] of Object.entries(kinds)) {
    const value = document[member];
    if (value === undefined) continue;
    const text = JSON.stringify(value);
    assert(IS_OF_KIND[kind](value), `${name}: '${member}' of ${code} is no ${kind}: ${text}`);
  }
}
