import fc from "fast-check";
import { countCases } from "#testing";
import { parseLayout } from "./layout";
import { InvalidLayoutError } from "./mistakes";

const here = { now: new Date("2027-01-31"), version: "0.1.0" };

const acme = `requires: ">=0.1"
defaults: { security: &strict { requireTwoFactor: true, ipAllowlist: [203.0.113.0/24] } }
organizations:
  acme-dev: { displayName: Acme development }
  acme-production:
    security: { <<: *strict, sessionTimeout: 8h }
    groups: { field: { members: [ada@acme.example] } }
    projects:
      app: { everyoneEnabled: false, access: { groups: [field] }, cohorts: { canary: { everyoneEnabled: true } } }
teams: { firmware: [bob@acme.example] }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
  firmware: { acme-dev: { role: developer, until: 2027-01-31 } }
`;

const slip = fc.record({
  at: fc.nat(acme.length),
  without: fc.nat(12),
  instead: fc.oneof(
    fc.constantFrom(
      "",
      ":",
      "- ",
      "\n",
      "\t",
      "{",
      "}",
      "[",
      "]",
      "&a ",
      "*a",
      "*strict",
      "<<: ",
      "!x ",
      "---\n",
      '"',
      "'",
      "#",
      "%",
      "? ",
      "~",
    ),
    fc.constantFrom(
      "acme-dev",
      "firmware",
      "field",
      "everyoneEnabled",
      "ada@acme.example",
      "__proto__",
      "null",
      "1",
      "2027-02-30",
      "@",
      "role",
      "people:\n",
      "groups: ",
    ),
    fc.string({ maxLength: 3 }),
  ),
});

test("accepts a damaged layout, or reports mistakes with places in the file", () => {
  fc.assert(
    fc.property(fc.array(slip, { minLength: 1, maxLength: 3 }), (slips) => {
      const text = slips.reduce(
        (before, { at, without, instead }) => before.slice(0, at) + instead + before.slice(at + without),
        acme,
      );
      const lines = text.split("\n");
      try {
        parseLayout([{ file: "acme.yaml", text }], here);
      } catch (error) {
        if (!(error instanceof InvalidLayoutError)) throw error;
        for (const { location: place, reason } of error.mistakes) {
          const { line = 0, column = 0 } = place ?? {};
          expect(lines.length).toBeGreaterThanOrEqual(line);
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? "").length + 1);
          expect(reason).not.toMatch(/undefined|\[object|Invalid input/);
        }
      }
    }),
    { numRuns: countCases(60) },
  );
});

const names = ["bob", "carl", "dora", "emil"];
const toAddress = (name: string) => `${name}@acme.example`;
/** A role in the organization: with the last day before today, or without an end; undefined for no role. */
const place = fc.constantFrom("ended", "active", undefined);
const list = fc.uniqueArray(fc.constantFrom(...names.map(toAddress), "firmware", "support", "unknown"));

test("members and users are exactly the named people with a role that has not ended, and anyone else is a mistake", () => {
  const everyone = fc.record(Object.fromEntries(names.map((name) => [toAddress(name), place])));
  const team = fc.uniqueArray(fc.constantFrom(...names.map(toAddress)), { minLength: 1 });
  fc.assert(
    fc.property(everyone, fc.record({ firmware: team, support: team }), list, list, (places, teams, members, users) => {
      const byName = new Map<string, readonly string[]>(Object.entries(teams));
      const people = Object.entries(places).flatMap(([email, place]) => {
        if (place === undefined) return [];
        return [[email, { acme: { role: "member", until: place === "ended" ? "2027-01-30" : "2027-01-31" } }] as const];
      });
      const organization = {
        groups: { field: { members } },
        projects: { app: { everyoneEnabled: false, access: { users } } },
      };
      const value = {
        organizations: { acme: organization },
        teams,
        people: { "ada@acme.example": { acme: "admin" }, ...Object.fromEntries(people) },
      };
      const expand = (entry: string) => (entry.includes("@") ? [entry] : (byName.get(entry) ?? []));
      const isWrong = (entry: string) =>
        entry === "unknown" || expand(entry).some((email) => places[email] === undefined);
      const mistakes = [members, users].flatMap((entries) => entries.filter(isWrong)).length;
      try {
        const [acme] = parseLayout([{ value }], here).organizations;
        const resolve = (entries: readonly string[]) =>
          [...new Set(entries.flatMap(expand))].filter((email) => places[email] === "active").sort();
        expect(acme?.groups?.[0]?.members).toEqual(resolve(members));
        expect(acme?.projects?.[0]?.access?.users).toEqual(resolve(users));
        expect(mistakes).toBe(0);
      } catch (error) {
        if (!(error instanceof InvalidLayoutError)) throw error;
        expect(error.mistakes).toHaveLength(mistakes);
        expect(mistakes).toBeGreaterThan(0);
      }
    }),
    { numRuns: countCases(60) },
  );
});
