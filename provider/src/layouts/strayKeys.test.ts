import { parseLayout } from "./layout";
import { InvalidLayoutError } from "./mistakes";

const acme = `
organizations: { acme-dev: , acme-production: }
people:
  ada@acme.example: { acme-dev: admin, acme-production: admin }
`;

function mistakesIn(...entries: readonly string[]): string[] {
  const text = `${acme}${entries.map((entry) => `  ${entry}\n`).join("")}`;
  try {
    parseLayout([{ file: "acme.yaml", text }], { today: "2027-01-31", version: "0.1.0" });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidLayoutError)) throw error;
    return error.mistakes.map(({ path, reason }) => `${path} ${reason}`);
  }
}

const bob = 'people["bob@acme.example"]';
const there = "belongs to one organization: write it there, such as";
const level = "is one level too many: name the organizations right in the entry, such as";
const withUntil = "{ role: developer, until: 2027-03-31 }";

describe("a key that belongs into one organization", () => {
  test.each([
    [
      "a last day beside the role",
      "{ acme-production: developer, until: 2027-03-31 }",
      [`${bob}.until ${there} \`acme-production: ${withUntil}\``],
    ],
    [
      "a last day beside a role of its own",
      "{ acme-production: { role: developer }, until: 2027-03-31 }",
      [`${bob}.until ${there} \`acme-production: ${withUntil}\``],
    ],
    [
      "a last day that is none beside a better one",
      "{ acme-production: { role: developer, until: 2027-03-31 }, until: { day: 31 } }",
      [`${bob}.until ${there} \`acme-production: ${withUntil}\``],
    ],
    [
      "a role without an organization",
      "{ role: developer, until: 2027-03-31 }",
      [`${bob}.role ${there} \`acme-dev: ${withUntil}\``, `${bob}.until ${there} \`acme-dev: ${withUntil}\``],
    ],
    ["a role that is none", "{ role: boss }", [`${bob}.role ${there} \`acme-dev: viewer\``]],
    ["roles", "{ roles: { acme-production: developer } }", [`${bob}.roles ${level} \`acme-production: developer\``]],
    [
      "a last day beside roles",
      "{ roles: { acme-production: developer }, until: 2027-03-31 }",
      [
        `${bob}.roles ${level} \`acme-production: ${withUntil}\``,
        `${bob}.until ${there} \`acme-production: ${withUntil}\``,
      ],
    ],
    ["roles that are none", "{ roles: [admin] }", [`${bob}.roles ${level} \`acme-dev: viewer\``]],
  ])("is told once, with what to write instead: %s", (_, entry, mistakes) => {
    expect(mistakesIn(`bob@acme.example: ${entry}`)).toEqual(mistakes);
  });

  test("hides no other mistake of the entry", () => {
    expect(mistakesIn("bob@acme.example: { untilx: 2027-03-31, until: 2027-03-31 }")).toEqual([
      expect.stringMatching(/untilx is no organization of the layout/),
      expect.stringMatching(/untilx must be one of/),
      `${bob}.until ${there} \`acme-dev: { role: viewer, until: 2027-03-31 }\``,
    ]);
  });

  test("is no mistake where an organization has that name", () => {
    const text = "organizations: { until: , role: }\npeople: { ada@acme.example: { until: admin, role: admin } }\n";
    const { organizations } = parseLayout([{ file: "acme.yaml", text }], { today: "2027-01-31", version: "0.1.0" });
    expect(organizations.map(({ name }) => name)).toEqual(["role", "until"]);
  });

  test("says nothing of who else may be an admin", () => {
    const text = "organizations: { acme-dev: }\npeople: { ada@acme.example: { roles: { acme-dev: admin } } }\n";
    expect(() => parseLayout([{ file: "acme.yaml", text }], { today: "2027-01-31", version: "0.1.0" })).toThrow(
      /has a mistake:\n {2}acme\.yaml:2:31: people\["ada@acme\.example"\]\.roles is one level too many/,
    );
  });
});

test("of an organization that has left the layout, every entry tells how many there are to remove", () => {
  const gone = (who: string, remedy: string) =>
    `people["${who}@acme.example"]["acme-stage"] is no organization of the layout, which has acme-dev, acme-production: ` +
    `correct the name, declare it under \`organizations\` or, if it has left the layout, remove ${remedy} too`;
  expect(mistakesIn("bob@acme.example: { acme-stage: viewer }", "carl@acme.example: { acme-stage: viewer }")).toEqual([
    gone("bob", "the 2 entries that name it"),
    gone("carl", "the 2 entries that name it"),
  ]);
  expect(mistakesIn("bob@acme.example: { acme-stage: viewer }")).toEqual([gone("bob", "this entry")]);
});
