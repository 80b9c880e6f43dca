import { AlreadyExists } from "./errors";
import type { AnyResource } from "./resource";
import type { Values } from "./values";

interface Circumstances {
  readonly resource: AnyResource;
  /** What was tried: create, read, update or delete. */
  readonly verb: string;
  readonly urn: string;
  /** The object: its id, or what was declared of it. */
  readonly subject: string | Values;
  /** Organizations' names by id, since people know names. */
  readonly names: ReadonlyMap<string, string>;
}

/** The resource's name for people: `Membership`. */
export function labelled(resource: AnyResource): string {
  return resource.token.split(":").at(-1) ?? resource.token;
}

/** One message with the object, the reason and the remedy. */
export function explain(error: unknown, circumstances: Circumstances): string {
  const { resource, verb, urn, subject, names } = circumstances;
  const named = (text: string) => [...names].reduce((result, [id, name]) => result.replaceAll(id, name), text);
  const id = typeof subject === "string" ? subject : resource.identity.map((name) => String(subject[name])).join("/");
  const object = `${labelled(resource)} ${named(id)}`;
  if (error instanceof AlreadyExists) {
    const name = urn.split("::").at(-1) ?? "NAME";
    const into = `pulumi import ${resource.token} ${quoted(name)} ${quoted(named(error.importId))}`;
    return (
      `${object} already exists ${error.how}, and may be somebody else's, so it was not taken over. ` +
      `To manage it here, run \`${into}\`. If you only renamed or moved the resource in your program, ` +
      "give it the option `aliases` with its old name instead."
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `${object} could not be ${past(verb)}: ${named(reason)}`;
}

function past(verb: string): string {
  return verb === "read" ? "read" : `${verb}d`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
