import fc from "fast-check";
import type { TunnelPolicy } from "#provider";
import { type AccessInventory, noOthers } from "../accessInventory";

/** Generates groups and projects with these names and descriptions, for an organization with the given people. */
export function access(text: fc.Arbitrary<string>): fc.Arbitrary<(emails: readonly string[]) => AccessInventory> {
  const numbers = fc.array(fc.nat(), { maxLength: 4 });
  const described = { name: text, description: fc.option(text, { nil: null }) };
  const shared = { everyoneEnabled: fc.boolean(), users: numbers, groups: numbers };
  const hasName = { selector: ({ name }: { readonly name: string }) => name, maxLength: 3 };
  const rule = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  // An empty allowlist is not the same as none.
  const tunnels: fc.Arbitrary<TunnelPolicy> = fc.record({
    maxTtlSeconds: rule(fc.integer({ min: 1, max: 86_400 })),
    backoffSeconds: rule(fc.integer({ min: 0, max: 86_400 })),
    maxConcurrent: rule(fc.integer({ min: 1, max: 10 })),
    cidrAllowlist: rule(fc.subarray(["10.0.0.0/8", "2001:db8::/32"])),
    requireReason: rule(fc.boolean()),
    allowedWindows: rule(fc.array(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }), { maxLength: 2 })),
    unknownRules: fc.constant([]),
  });
  const cohort = fc.record({ ...described, ...shared, tunnels });
  const project = fc.record({
    ...described,
    ...shared,
    // A layout rejects this character.
    name: text.filter((name) => !name.includes("/")),
    cohorts: fc.uniqueArray(cohort, hasName),
  });
  // Peridio's limit.
  const groupName = text.filter((name) => name.length <= 100);
  return fc
    .record({
      groups: fc.uniqueArray(fc.record({ ...described, name: groupName, members: numbers }), hasName),
      projects: fc.uniqueArray(project, hasName),
    })
    .map(({ groups, projects }) => (emails) => {
      const uuids = groups.map((_, index) => toUuid(index));
      const users = (numbers: readonly number[]) => pick(emails, numbers).map((email) => ({ id: email, email }));
      const grant = <Granted extends { readonly users: number[]; readonly groups: number[] }>(granted: Granted) => ({
        ...granted,
        users: users(granted.users),
        groups: pick(uuids, granted.groups),
      });
      return {
        groups: groups.map((group, index) => ({
          ...group,
          id: `prn:1:acme/${toUuid(index)}`,
          members: users(group.members),
        })),
        projects: projects.map(({ cohorts, ...project }, index) => {
          const id = `prn:1:acme/${toUuid(index)}`;
          return {
            project: { ...grant(project), id },
            cohorts: cohorts.map((cohort, number) => ({ ...grant(cohort), id: `${id}/${toUuid(number)}` })),
          };
        }),
        tunnelPolicies: new Map(
          projects.flatMap(({ cohorts }, index) =>
            cohorts.map(({ tunnels }, number) => [`prn:1:acme/${toUuid(index)}/${toUuid(number)}`, tunnels]),
          ),
        ),
        others: noOthers,
      };
    });
}

/** Returns the items at these positions, each once. */
function pick<T>(items: readonly T[], numbers: readonly number[]): readonly T[] {
  if (items.length === 0) return [];
  const positions = new Set(numbers.map((number) => number % items.length));
  return [...positions].flatMap((position) => items.slice(position, position + 1));
}

function toUuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}
