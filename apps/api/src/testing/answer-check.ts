import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { openApiDocument } from "../http/document.ts";

interface Described {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

/** Checks, in tests, that the documentation describes an answer; throws with the difference. */
export function createAnswerCheck(): (method: string, path: string, answer: Answered) => void {
  const document = openApiDocument();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(closed({ $id: "document", components: document.components }));
  const compiled = new Map<object, ValidateFunction>();
  const templates = Object.entries(document.paths ?? {}).map(([template, operations]) => ({
    template,
    matches: new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}/?$`),
    operations: operations as Record<string, Described>,
  }));
  return (method, path, { status, type, text }) => {
    const pathname = path.split("?")[0]!;
    // A literal path goes before one with a parameter.
    const found = templates
      .filter(({ matches, operations }) => matches.test(pathname) && operations[method.toLowerCase()])
      .sort((a, b) => a.template.split("{").length - b.template.split("{").length)[0];
    if (!found) return; // no such route: the app's own 404 or 401
    const name = `${method} ${found.template}`;
    const described = found.operations[method.toLowerCase()]!.responses[status];
    if (!described) throw new Error(`${name} answered ${status}, which is not in the documentation: ${text}`);
    const mediaType = type?.split(";")[0] ?? "";
    if (!described.content) {
      if (text !== "") throw new Error(`${name} answered ${status} with a body: ${text}`);
      return;
    }
    const content = described.content[mediaType];
    if (!content) throw new Error(`${name} answered ${status} as ${mediaType}, which is not in the documentation`);
    if (!mediaType.endsWith("json")) return;
    const validate = compiled.get(content.schema) ?? ajv.compile(closed(inDocument(content.schema)));
    compiled.set(content.schema, validate);
    if (!validate(JSON.parse(text))) {
      throw new Error(
        `${name} answered ${status} otherwise than documented: ${ajv.errorsText(validate.errors)} in ${text}`,
      );
    }
  };
}

/** The parts of an answer that `createAnswerCheck` checks. */
export interface Answered {
  status: number;
  type: string | null;
  text: string;
}

/** Closes every object schema: an answer with undeclared fields is not as documented. */
function closed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closed) as Value;
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([name, each]) => [name, closed(each)]);
  const isObject = "properties" in value && !("additionalProperties" in value);
  return Object.fromEntries(isObject ? [...entries, ["additionalProperties", false]] : entries);
}

const inDocument = (schema: object): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/'));
