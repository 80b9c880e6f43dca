import type { Values } from "#framework";
import { findUnmetInComponent } from "#framework/definitions";
import { traits } from "../api";
import { resources } from "../resources";
import { layoutComponent } from "./component";
import { composeLayout } from "./composition";
import { formatLayoutMistake } from "./mistakes";
import { listMistakes, parseText } from "./testing/layouts";

const fleet = `
connections:
  live: { backend: connect }
  private: { backend: admin-v2 }
defaults:
  connection: live
  contactEmail: devices@acme.example
  deletionPolicy: retain
  roster: { minAdmins: 1 }
  security: { requireTwoFactor: true, sessionTimeout: 8h }
  tunnels: { cidrAllowlist: [10.0.0.0/8] }
organizations:
  acme-dev:
  acme-lab:
  acme-production: { connection: private }
people:
  ada@acme.example: { acme-dev: admin, acme-lab: admin, acme-production: admin }
`;

function getOrganization(name: string, text = fleet) {
  return parseText(text).organizations.find((organization) => organization.name === name);
}

describe("a layout with two connections", () => {
  test("applies a default to the organizations whose API supports it", () => {
    expect(getOrganization("acme-production")).toMatchObject({
      connection: "private",
      contactEmail: "devices@acme.example",
      deletionPolicy: "retain",
      security: { requireTwoFactor: true },
    });
    expect(getOrganization("acme-production")).not.toHaveProperty("tunnels");
    const dev = getOrganization("acme-dev");
    expect(dev).toMatchObject({ connection: "live", deletionPolicy: "retain", roster: { minAdmins: 1 } });
    expect(dev).toMatchObject({ tunnels: { cidrAllowlist: ["10.0.0.0/8"] } });
    expect(dev).not.toHaveProperty("security");
    expect(dev).not.toHaveProperty("contactEmail");
  });

  test("names each default that does not apply once, with the organizations", () => {
    expect(parseText(fleet).notes.map(formatLayoutMistake)).toEqual([
      "acme.yaml:7:3: defaults.contactEmail does not apply to acme-dev, acme-lab: Avocado Connect does not support `description` or `contactEmail` of organizations",
      "acme.yaml:10:3: defaults.security does not apply to acme-dev, acme-lab: Avocado Connect cannot manage security settings",
      "acme.yaml:11:3: defaults.tunnels does not apply to acme-production: The provider manages no tunnel policies with Peridio's Admin API",
    ]);
  });

  test("keeps what an organization declares itself, even if its API does not support it", () => {
    const own = fleet.replace("acme-lab:\n", "acme-lab: { security: { sessionTimeout: 1h } }\n");
    expect(getOrganization("acme-lab", own)?.security).toEqual({ sessionTimeout: "1h" });
    const { children, findSources, requires } = composeLayout(parseText(own, { only: ["acme-lab"] }));
    const unmet = findUnmetInComponent(traits.connect, resources, {
      children,
      findSources,
      ...(requires && { requires }),
    });
    expect(unmet.map(({ feature }) => feature)).toContain("securitySettings");
  });

  test("names in a preview each default that does not apply to an organization of the stack", () => {
    expect(composeLayout(parseText(fleet, { connection: "live" })).warnings).toEqual([
      expect.stringContaining("defaults.contactEmail does not apply to acme-dev, acme-lab: "),
      expect.stringContaining("defaults.security does not apply to acme-dev, acme-lab: "),
    ]);
    expect(composeLayout(parseText(fleet, { connection: "live", only: ["acme-lab"] })).warnings).toContainEqual(
      expect.stringContaining("defaults.security does not apply to acme-lab: "),
    );
    expect(composeLayout(parseText(fleet, { connection: "private" })).warnings).toEqual([
      expect.stringContaining("defaults.tunnels does not apply to acme-production: "),
    ]);
  });

  test("drops no default of a layout without connections", () => {
    const plain = fleet.replace(/connections:\n.*\n.*\n/, "").replace(/.*connection: live\n/, "");
    const { organizations, notes } = parseText(plain.replace(" { connection: private }", ""));
    expect(notes).toEqual([]);
    expect(organizations.map(({ security }) => security?.requireTwoFactor)).toEqual([true, true, true]);
  });

  test.each([
    ["live", "admin-v2", ["acme-dev", "acme-lab"]],
    ["private", "connect", ["acme-production"]],
  ] as const)("the connection %s has its organizations, and refuses %s", (connection, other, names) => {
    const layout = parseText(fleet, { connection });
    expect(layout.organizations.map(({ name }) => name)).toEqual(names);
    const { children, findSources, requires = [] } = composeLayout(layout);
    const find = (backend: "admin-v2" | "connect") =>
      findUnmetInComponent(traits[backend], resources, { children, findSources, requires });
    expect(requires.map(({ feature }) => feature)).toContain(`connection ${connection}`);
    expect(find(layout.connections.get(connection) ?? other)).toEqual([]);
    const unmet = find(other);
    expect(new Set(unmet.map(({ feature }) => feature))).toEqual(
      new Set([`backend ${layout.connections.get(connection) ?? ""}`]),
    );
    expect(unmet[0]?.unsupported.reason).toMatch(
      /^The provider uses (the Admin API|Avocado Connect), but the organization is in /,
    );
  });
});

describe("refuses", () => {
  test.each([
    [
      "an unknown connection",
      fleet.replace("connection: private", "connection: privat"),
      'acme.yaml:15:34: organizations["acme-production"].connection is "privat", which is not a connection of the layout: use one of live, private; did you mean private?',
    ],
    [
      "a connection without connections",
      fleet.replace(/connections:\n.*\n.*\n/, "").replace(" { connection: private }", ""),
      'acme.yaml:3:15: defaults.connection is "live", but the layout has no `connections`: declare it there',
    ],
    [
      "an organization without a connection",
      fleet.replace("  connection: live\n", "").replace("acme-lab:", "acme-lab: { connection: live }"),
      'acme.yaml:12:3: organizations["acme-dev"] has no `connection`, but the layout has `connections`: add the connection to the organization or to `defaults`',
    ],
    [
      "an unknown API",
      fleet.replace("backend: connect", "backend: connct"),
      "acme.yaml:3:20: connections.live.backend must be one of admin-v2, connect; did you mean connect?",
    ],
    [
      "a name that is no environment variable",
      fleet.replaceAll("live", "Live!"),
      'acme.yaml:3:3: connections["Live!"] must be lower-case words of letters and digits, such as eu-live',
    ],
  ])("%s", (_, text, mistake) => {
    expect(listMistakes(text).map((one) => one.replace(/^(?=\d)/, "acme.yaml:"))).toEqual([mistake]);
  });

  test.each([
    ["an unknown API", "backend: connect", "backend: connct", "connections.live.backend must be one of"],
    ["no map", /connections:\n.*\n.*\n/, "connections: [live, private]\n", "connections must be "],
  ])("a mistake in connections (%s) once, also if the Layout chooses a connection", (_, from, to, mistake) => {
    const mistakes = listMistakes(fleet.replace(from, to), { connection: "live" });
    expect(mistakes).toEqual([expect.stringContaining(mistake)]);
  });

  test.each([
    [
      { connection: "lve" },
      'connection is "lve", which is not a connection of the layout: use one of live, private; did you mean live?',
    ],
    [
      { connection: "live", only: ["acme-dev", "acme-production"] },
      'only[1] is "acme-production", whose connection is private, not live: remove it from `only`, or use its connection',
    ],
    [
      { connection: "live", only: ["*-production"] },
      'only[0] is "*-production", whose connection is private, not live: remove it from `only`, or use its connection',
    ],
  ])("the choice %j", (choice, mistake) => {
    expect(listMistakes(fleet, choice)).toEqual([mistake]);
  });
});

describe("a Layout", () => {
  const { connections, defaults, organizations, people } = {
    connections: { live: { backend: "connect" }, private: { backend: "admin-v2" } },
    defaults: { connection: "live" },
    organizations: { "acme-dev": {}, "acme-production": { connection: "private" } },
    people: { "ada@acme.example": { "acme-dev": "admin", "acme-production": "admin" } },
  };
  const compose = (inputs: Values) =>
    layoutComponent.compose(
      { now: new Date("2027-01-31"), version: "0.1.0", folder: "." },
      { connections, defaults, organizations, people, ...inputs },
    );

  test("refuses the organizations of several connections", () => {
    expect(() => compose({})).toThrow(
      "The organizations of the Layout have the connections live, private. Set `connection` on the Layout to the connection whose organizations this stack manages.",
    );
  });

  test.each([
    { connection: "private" },
    { only: ["acme-production"] },
    { only: ["*-production"] },
    { connection: "private", only: ["acme-*"] },
  ])("declares the organizations of %j", (inputs) => {
    expect(compose(inputs).children.map(({ name }) => name)).toEqual(["acme-production", "acme-production"]);
  });
});
