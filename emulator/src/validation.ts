import type { ErrorObject } from "ajv";
import { invalid, Refusal } from "./errors";

/** What is wrong with a request that does not fit the document: a parameter, the body as a whole, or properties of it. */
export function refusalOf(faults: readonly ErrorObject[]): Refusal {
  const properties: Record<string, string[]> = {};
  for (const fault of faults) {
    const [, place, name, ...inside] = locationOf(fault);
    if (place !== "requestBody") return bad(place === "path" ? "path" : "query", name ?? place ?? "body");
    if (name === undefined) return bad("body", "body", fault.keyword === "required" ? "required" : "invalid");
    const message = messageOf(fault);
    if (message === undefined) continue;
    const messages = (properties[name] ??= []);
    messages.push(inside.length === 0 ? message : `${inside.join(".")} ${message}`);
  }
  return invalid(properties);
}

function bad(place: "path" | "query" | "body", name: string, fault: "invalid" | "required" = "invalid"): Refusal {
  return new Refusal({ kind: "bad_parameter", place, name, fault });
}

/** The steps to the faulty value, a missing or surplus property included. */
function locationOf({ keyword, instancePath, params }: ErrorObject): string[] {
  if (keyword === "parse") return ["", "requestBody"];
  const extra: unknown = params.missingProperty ?? params.additionalProperty;
  return typeof extra === "string" ? [...instancePath.split("/"), extra] : instancePath.split("/");
}

/** In words, or undefined for a fault that only repeats others: that none of several alternatives fits. */
function messageOf({ keyword, params }: ErrorObject): string | undefined {
  const limit = String(params.limit);
  switch (keyword) {
    case "required":
      return "can't be blank";
    case "minLength":
      return `should be at least ${limit} character(s)`;
    case "maxLength":
      return `should be at most ${limit} character(s)`;
    case "minimum":
      return `must be greater than or equal to ${limit}`;
    case "maximum":
      return `must be less than or equal to ${limit}`;
    case "maxItems":
      return `should have at most ${limit} item(s)`;
    case "oneOf":
      return undefined;
    case "type":
      return params.type === "null" ? undefined : "is invalid";
    default:
      return "is invalid";
  }
}
