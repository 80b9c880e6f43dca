import fc from "fast-check";
import { type BackendName, backends } from "#provider";

/** A layout as a text, with comments, blank lines, and different styles of maps and lists. */
export interface LayoutText {
  readonly text: string;
  readonly backend: BackendName;
  readonly people: readonly string[];
  readonly teams: readonly string[];
  readonly organizations: readonly string[];
}

const organizations = ["acme-dev", "acme-lab", "acme-production"];
const names = ["ada", "bob", "carl", "dora", "emil", "Fritz"].map((name) => `${name}@acme.example`);
const teamNames = ["cloud", "firmware"];

/** Returns random layouts in YAML or JSON. In Avocado Connect, the organizations have groups and projects. */
export const layoutTexts: fc.Arbitrary<LayoutText> = fc
  .record({ backend: fc.constantFrom(...backends), pick: fc.infiniteStream(fc.nat(9999)), isJson: fc.nat(5) })
  .map(({ backend, pick, isJson }) => {
    const next = (below: number) => Number(pick.next().value) % below;
    const writer = new Writer(next);
    const roles = backend === "connect" ? ["admin", "member"] : ["admin", "developer", "viewer"];
    const role = () => {
      const chosen = roles[next(roles.length)];
      return next(4) === 0 ? { role: chosen, until: next(2) === 0 ? "2099-12-31" : "2020-01-31" } : chosen;
    };
    const people: Record<string, Record<string, unknown>> = {
      "zoe@acme.example": Object.fromEntries(organizations.map((name) => [name, "admin"])),
    };
    for (const name of names) {
      const given = organizations.filter(() => next(2) === 0);
      if (given.length > 0) people[name] = Object.fromEntries(given.map((one) => [one, role()]));
    }
    const teams = Object.fromEntries(
      teamNames
        .filter(() => next(3) > 0)
        .map((team) => [team, names.filter((_, index) => index === 0 || next(2) === 0)]),
    );
    // A team gives its role where no person of it has an own entry with another one, so that no two teams contradict each other.
    for (const team of Object.keys(teams)) people[team] = { "acme-lab": roles.at(-1) };
    // An entry `none` overrides the role of a team.
    for (const person of new Set(Object.values(teams).flat()))
      if (next(6) === 0) people[person] = { ...people[person], "acme-lab": "none" };
    const entries = Object.fromEntries(
      organizations.map((name) => {
        const present = Object.keys(people).filter((person) => {
          const given = people[person]?.[name];
          return person.includes("@") && given !== undefined && given !== "none";
        });
        const chosen = present.filter(() => next(2) === 0);
        const access = { everyoneEnabled: false, access: { users: chosen, groups: ["field"] } };
        return [
          name,
          backend === "connect"
            ? {
                groups: { field: { members: present.filter(() => next(2) === 0) } },
                projects: { gateway: { ...access, cohorts: { canary: access } } },
              }
            : { displayName: `Acme # ${name}`, description: "plain: text" },
        ];
      }),
    );
    const data = { organizations: entries, ...(Object.keys(teams).length > 0 && { teams }), people };
    const text = isJson === 0 ? `${JSON.stringify(data, null, 2)}\n` : writer.write(data, next(3) === 0);
    return { text, backend, people: [...names, "new@acme.example"], teams: teamNames, organizations };
  });

/** Writes data as YAML in random styles. Each comment occurs once. */
class Writer {
  #comments = 0;
  #anchor: { readonly name: string; readonly value: string } | undefined;

  constructor(private readonly next: (below: number) => number) {}

  write(data: Readonly<Record<string, unknown>>, hasAnchors: boolean): string {
    const body = Object.entries(data).map(
      ([key, value]) => `${key}:${this.#block(value, 2, hasAnchors && key === "people")}`,
    );
    const text = `${this.#line(0)}${body.join("")}${this.#line(0)}`;
    return this.next(4) === 0 ? text.replaceAll("\n", "\r\n") : text;
  }

  #comment(): string {
    this.#comments += 1;
    return `# comment ${this.#comments}`;
  }

  /** Returns sometimes a line with a comment, or a blank line. */
  #line(indent: number): string {
    const kind = this.next(8);
    return kind === 0 ? `${" ".repeat(indent)}${this.#comment()}\n` : kind === 1 ? "\n" : "";
  }

  #end(): string {
    return this.next(4) === 0 ? ` ${this.#comment()}\n` : "\n";
  }

  #scalar(value: unknown): string {
    const text = String(value);
    if (typeof value !== "string") return text;
    if (/[#:] /.test(text)) return JSON.stringify(text);
    return [text, text, text, JSON.stringify(text), `'${text}'`][this.next(5)] ?? text;
  }

  #block(value: unknown, indent: number, hasAnchors = false): string {
    if (typeof value !== "object" || value === null) return ` ${this.#scalar(value)}${this.#end()}`;
    const spaces = " ".repeat(indent);
    const size = Object.keys(value).length;
    if (size === 0 || (indent > 2 && this.next(3) === 0)) return ` ${this.#flow(value)}${this.#end()}`;
    if (indent > 2 && this.next(4) === 0) return this.#lines(value, indent);
    if (Array.isArray(value)) {
      const items = value.map((item) => `${this.#line(indent)}${spaces}- ${this.#scalar(item)}${this.#end()}`);
      return `${this.#end()}${items.join("")}`;
    }
    const entries = Object.entries(value).map(([key, inner]) => {
      const name = this.next(6) === 0 ? JSON.stringify(key) : key;
      return `${this.#line(indent)}${spaces}${name}:${hasAnchors ? this.#shared(inner, indent + 2) : this.#block(inner, indent + 2)}`;
    });
    return `${this.#end()}${entries.join("")}`;
  }

  /** Writes a value with an anchor, an equal one as its alias, and others as a merged map. */
  #shared(value: unknown, indent: number): string {
    const flow = this.#flow(value);
    if (this.#anchor === undefined && this.next(2) === 0) {
      this.#anchor = { name: "roles", value: JSON.stringify(value) };
      return ` &roles ${flow}${this.#end()}`;
    }
    if (this.#anchor?.value === JSON.stringify(value)) return ` *${this.#anchor.name}${this.#end()}`;
    return this.#block(value, indent);
  }

  /** Writes a map or list in braces or brackets, with a line for each entry. */
  #lines(value: object, indent: number): string {
    const spaces = " ".repeat(indent);
    const isList = Array.isArray(value);
    const entries = Object.entries(value).map(([key, inner]) => `${isList ? "" : `${key}: `}${this.#flow(inner)}`);
    const lines = entries.map((entry, index) => {
      const comma = index < entries.length - 1 || this.next(2) === 0 ? "," : "";
      return `${this.#line(indent)}${spaces}${entry}${comma}${this.#end()}`;
    });
    return ` ${isList ? "[" : "{"}\n${lines.join("")}${" ".repeat(indent - 2)}${isList ? "]" : "}"}${this.#end()}`;
  }

  #flow(value: unknown): string {
    if (typeof value !== "object" || value === null) return this.#scalar(value);
    if (Array.isArray(value)) return `[${value.map((item) => this.#flow(item)).join(", ")}]`;
    const pairs = Object.entries(value).map(([key, inner]) => `${key}: ${this.#flow(inner)}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
}
