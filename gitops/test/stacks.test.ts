import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Values } from "#framework";
import type { Kind } from "../src/model/stackChange";
import { readPreview } from "../src/preview/preview";
import { formatHtml } from "../src/report/html/html";
import { formatMarkdown } from "../src/report/markdown/markdown";
import { createReport } from "../src/report/report";
import type { Review } from "../src/review/review";
import { run } from "../src/program";
import { createReview, document, organization, type PrintedStep, describeChanges } from "./support/document";
import { declared, dev, membership, organizationId } from "./support/people";
import { fakeTerminal } from "./support/terminal";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stacks-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Returns the review of the stacks `dev` and `team`, which is the same in both orders. */
function together(own: readonly PrintedStep[], other: readonly PrintedStep[], kind: Kind = "change"): Review {
  const files = [
    readPreview(document(own, { kind }), "dev.json", kind),
    readPreview(document(other, { kind, stack: "team" }), "team.json", kind),
  ];
  const found = createReview(files, kind);
  expect(createReview(files.toReversed(), kind)).toEqual(found);
  return found;
}

test("reads stacks together, because a stack can name the organization of another stack", () => {
  const step = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "viewer") };
  const alone = createReview([readPreview(document([step], { stack: "team" }), "team.json", "change")], "change");
  expect(alone.organizations).toMatchObject([{ name: organizationId }]);
  expect(alone.unknowns).toEqual([
    `The name of ${organizationId} is unknown. Add the preview of the stack that declares the organization.`,
  ]);
  const both = createReview(
    [
      readPreview(document([step], { stack: "team" }), "team.json", "change"),
      readPreview(document([dev]), "dev.json", "change"),
    ],
    "change",
  );
  expect(both.stacks).toEqual(["acme/dev", "acme/team"]);
  expect(both.organizations).toMatchObject([{ name: "acme-dev" }]);
  expect(both.unknowns).toEqual([]);
});

describe("another stack", () => {
  const bob = membership("bob@acme.example", "admin");

  test("that declares the new owner keeps the owner's last day, because Peridio does not remove an owner", () => {
    const [ada, successor] = ["ada@acme.example", "bob@acme.example"].map((email) => ({ organizationId, email }));
    const transfer: PrintedStep = {
      op: "update",
      name: "OrganizationOwner::dev",
      before: { id: organizationId, inputs: ada ?? {}, outputs: ada ?? {} },
      after: { inputs: successor ?? {} },
    };
    const inputs = {
      organizationId,
      members: { "ada@acme.example": "admin", "bob@acme.example": "admin" },
      lastDays: { "bob@acme.example": "2027-03-31" },
    };
    const found = together(
      [dev, transfer, { op: "delete", name: "Membership::bob", before: bob }],
      [{ op: "import", name: "OrganizationMembers::team", after: { inputs, importID: organizationId } }],
    );
    expect(found.people.find(({ email }) => email === "bob@acme.example")).toMatchObject({
      before: { role: "admin", owner: false },
      after: { role: "admin", owner: true, lastDay: "2027-03-31" },
      risks: ["changesOwner", "shortensAccess"],
    });
  });

  test("that still declares a person does not keep the person if a stack removes the person", () => {
    const same = { op: "same", name: "Membership::bob", before: bob, after: declared("bob@acme.example", "admin") };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [same]);
    expect(describeChanges(all)).toEqual(["bob@acme.example: admin → - (removesAdmin, removesPerson)"]);
    expect(all.find(({ changed }) => changed)?.notes).toEqual([
      "This person is removed by acme/dev and still declared by acme/team. A later `pulumi up --refresh` of acme/team invites the person again. " +
        "To keep the person, run `pulumi state delete` for the Membership in acme/dev, or add the address to `ignore` of the roster in acme/dev.",
    ]);
  });

  test("that starts to declare the person sends a new invitation", () => {
    const create = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "admin") };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [create]);
    expect(describeChanges(all)).toEqual([
      "bob@acme.example: admin → admin planned (grantsAdmin, addsPerson, removesPerson)",
    ]);
    expect(all.find(({ changed }) => changed)?.notes).toEqual([
      "One stack removes this person, and another stack sends a new invitation. First apply the stack that removes the person.",
    ]);
  });

  test.each([
    ["ignores", { ignore: ["bob@*"] }, {}],
    ["covers by `ignoreChanges`", {}, { ignoreChanges: ["members"] }],
    ["releases", undefined, {}],
  ])("with a roster that %s a person does not keep a person that a stack removes", (_, values, options) => {
    const members = { "bob@acme.example": "admin" };
    const inputs = { organizationId, members };
    const roster = {
      op: values === undefined ? "delete" : "update",
      name: "OrganizationMembers::team",
      before: { id: organizationId, inputs, outputs: inputs, retainOnDelete: true },
      ...(values && { after: { inputs: { organizationId, members: {}, ...values }, ...options } }),
    };
    const { people: all } = together([dev, { op: "delete", name: "Membership::bob", before: bob }], [roster]);
    expect(describeChanges(all)).toEqual(["bob@acme.example: admin → - (removesAdmin, removesPerson)"]);
  });

  describe("and an invitation that a stack revokes:", () => {
    const pending = membership("bob@acme.example", "viewer", { status: "pending", userId: undefined });
    const revocation = { op: "delete", name: "Membership::bob", before: pending };
    const notesOf = ({ people: all }: Review) => all.find(({ changed }) => changed)?.notes;

    test("if the other stack also declares the person, the next update of that stack sends a new invitation", () => {
      const same = {
        op: "same",
        name: "Membership::bob",
        before: pending,
        after: declared("bob@acme.example", "viewer"),
      };
      expect(notesOf(together([dev, revocation], [same]))).toEqual([
        "This person is removed by acme/dev and still declared by acme/team. A later `pulumi up` of acme/team invites the person again. " +
          "To keep the person, run `pulumi state delete` for the Membership in acme/dev, or add the address to `ignore` of the roster in acme/dev.",
      ]);
    });

    test("if the other stack adopts the invitation, that stack sends a new invitation in the right order", () => {
      const create = { op: "create", name: "Membership::bob", after: declared("bob@acme.example", "viewer") };
      expect(notesOf(together([dev, revocation], [create]))).toEqual([
        "One stack revokes this invitation, and another stack declares the person. First apply the stack that revokes the invitation. " +
          "The other stack then sends a new invitation, even if the preview of that stack adopts the present invitation.",
      ]);
    });
  });

  test("that declares an organization does not keep the organization, in either order", () => {
    const deletion = [{ op: "delete", name: "Organization::acme-dev", before: dev.before }];
    for (const found of [together(deletion, [dev]), together([dev], deletion)]) {
      expect(found.organizations).toMatchObject([
        { name: "acme-dev", change: "deleted", risks: ["deletesOrganization"] },
      ]);
    }
  });
});

describe("an import", () => {
  const importing = (email: string, role: string): PrintedStep => ({
    op: "import",
    name: `Membership::${email}`,
    after: { ...declared(email, role), importID: `${organizationId}/${email}` },
  });
  const kept = (email: string, role: string, more: object = {}): PrintedStep => {
    const before = membership(email, role, more);
    return { op: "same", name: `Membership::${email}`, before, after: { inputs: before.inputs ?? {} } };
  };
  const placeOf = ({ people }: Review, email: string) => people.find((one) => one.email === email);

  test("is of a member, before and after", () => {
    const alone = together([dev], [importing("bob@acme.example", "viewer")]);
    expect(placeOf(alone, "bob@acme.example")).toMatchObject({
      before: { role: "viewer", status: "active" },
      after: { role: "viewer", status: "active" },
      changed: false,
      risks: ["acceptsDrift"],
    });
  });

  test("of an admin that no update made one accepts the role", () => {
    const alone = together([dev], [importing("bob@acme.example", "admin")]);
    expect(placeOf(alone, "bob@acme.example")?.risks).toEqual(["grantsAdmin", "acceptsDrift"]);
  });

  test("that raises a role has no note about access from outside Pulumi", () => {
    const email = "bob@acme.example";
    const before = membership(email, "viewer");
    const update = { op: "update", name: `Membership::${email}`, before, after: declared(email, "admin") };
    const raised = placeOf(together([dev], [importing(email, "admin"), update]), email);
    expect(raised).toMatchObject({ risks: ["grantsAdmin", "acceptsDrift"], notes: [] });
    const kept = placeOf(together([dev], [importing(email, "admin")]), email);
    expect(kept?.notes).toEqual(["This person got the access outside Pulumi, and the program keeps it."]);
  });

  test("counts less than the state of another stack", () => {
    const invited = kept("bob@acme.example", "viewer", { status: "pending", userId: undefined });
    const found = together([dev, invited], [importing("bob@acme.example", "viewer")]);
    const pending = { role: "viewer", status: "pending" };
    expect(placeOf(found, "bob@acme.example")).toMatchObject({
      before: pending,
      after: pending,
      changed: false,
      risks: [],
    });
  });

  describe("of a person that a roster starts to ignore", () => {
    const email = "carl@partner.example";
    const people = { "ada@acme.example": "admin" };
    const inputs = (more: Values) => ({ organizationId, members: people, maxRemovals: 1, ...more });
    const former = inputs({ members: { ...people, [email]: "viewer" }, lastDays: { [email]: "2026-12-20" } });
    const roster: PrintedStep = {
      op: "update",
      name: "OrganizationMembers::acme-dev",
      before: {
        id: organizationId,
        inputs: former,
        outputs: {
          ...former,
          people: { "ada@acme.example": { status: "active" }, [email]: { status: "active", userId: "prn:1:user:7" } },
        },
      },
      after: { inputs: inputs({ ignore: ["carl@*"] }) },
    };
    const importAs = (role: string): PrintedStep => ({
      op: "import",
      name: "Membership::carl",
      after: { ...declared(email, role), importID: `${organizationId}/${email}` },
    });

    test.each([
      ["viewer", ["extendsAccess"]],
      ["admin", ["grantsAdmin", "extendsAccess"]],
    ])("keeps the person as %s, without a new invitation", (role, risks) => {
      const [other] = together([dev, roster], [importAs(role)]).people.filter((one) => one.email === email);
      expect(other).toMatchObject({ after: { role, status: "active" }, risks, notes: [] });
      const [own] = together([dev, roster, importAs(role)], []).people.filter((one) => one.email === email);
      expect(own).toEqual(other);
    });
  });

  test("does not keep a person that another stack removes, and a note describes the outcome", () => {
    const removal = { op: "delete", name: "Membership::bob", before: membership("bob@acme.example", "viewer") };
    const found = together([dev, removal], [importing("bob@acme.example", "viewer")]);
    expect(describeChanges(found.people)).toEqual(["bob@acme.example: viewer → - (removesPerson)"]);
    expect(placeOf(found, "bob@acme.example")?.notes).toEqual([
      "This person is removed by acme/dev and imported by acme/team. If the update of acme/dev runs first, the import fails. " +
        "Otherwise, the person loses access, but stays in the state of acme/team. " +
        "To keep the person, run `pulumi state delete` for the Membership in acme/dev, or add the address to `ignore` of the roster in acme/dev.",
    ]);
  });

  test.each([organizationId, "acme-dev"])(
    "of an organization by %s finds the organization in another stack",
    (importID) => {
      const organization = {
        op: "import",
        name: "Organization::dev",
        after: { inputs: { name: "acme-dev" }, importID },
      };
      const found = together([dev], [organization]);
      expect(found.organizations).toMatchObject([{ key: organizationId, name: "acme-dev", change: "kept" }]);
    },
  );

  test("of settings does not keep settings that another stack resets", () => {
    const inputs = { organizationId, requireTwoFactor: true };
    const policy = { id: organizationId, inputs, outputs: { ...inputs, ipAllowlist: [] } };
    const deletion = { op: "delete", name: "SecurityPolicy::dev", before: policy };
    const found = together(
      [dev, deletion],
      [{ op: "import", name: "SecurityPolicy::dev", after: { inputs, importID: organizationId } }],
    );
    expect(found.settings.map(({ words }) => words)).toEqual([
      "Two-factor authentication: required → not required (no longer declared).",
    ]);
  });
});

describe("a conflict", () => {
  const [bob, carl] = ["bob@acme.example", "carl@acme.example"];
  const messages = ({ conflicts = [] }: Review) => conflicts.map(({ message }) => message);
  const kept = (name: string, inputs: Values, id = organizationId): PrintedStep => ({
    op: "same",
    name,
    before: { id, inputs, outputs: inputs },
    after: { inputs },
  });
  const person = (email: string, role: string) =>
    kept(`Membership::${email}`, { organizationId, email, role }, `${organizationId}/${email}`);
  const roster = (members: Record<string, string>, ignore?: readonly string[]) =>
    kept("OrganizationMembers::dev", { organizationId, members, ...(ignore && { ignore }) });

  test("of two stacks about a person blocks the change, and the higher role counts", () => {
    const found = together([dev, person(bob, "viewer")], [person("Bob@acme.example", "developer")]);
    expect(found.verdict).toBe("refused");
    expect(found.conflicts).toEqual([
      {
        organization: organizationId,
        people: [bob],
        stacks: ["acme/dev", "acme/team"],
        message:
          "bob@acme.example is declared differently: viewer in acme/dev, developer in acme/team. Declare each person in one stack.",
      },
    ]);
    expect(found.people.find(({ email }) => email.toLowerCase() === bob)?.after?.role).toBe("developer");
  });

  test("names people together if their declarations are the same", () => {
    const all = (role: string) => [person(bob, role), person(carl, role)];
    expect(messages(together([dev, ...all("viewer")], all("admin")))).toEqual([
      "Each of bob@acme.example, carl@acme.example is declared differently: viewer in acme/dev, admin in acme/team. Declare each person in one stack.",
    ]);
  });

  test("does not arise if stacks declare the same, or if only one declares a value", () => {
    const policy = (inputs: object) => kept("SecurityPolicy::dev", { organizationId, ...inputs });
    const found = together(
      [dev, person(bob, "viewer"), policy({ requireTwoFactor: true, sessionTimeout: "480m" })],
      [person(bob, "viewer"), person(carl, "admin"), policy({ ipAllowlist: [], sessionTimeout: "8h" })],
    );
    expect(messages(found)).toEqual([]);
    expect(found).not.toHaveProperty("conflicts");
    expect(found.verdict).toBe("pass");
    expect(found.people.map(({ email, notes }) => [email, ...notes])).toEqual([
      ["ada@acme.example"],
      [
        bob,
        "The stacks acme/dev and acme/team declare this person. If one of these stacks stops declaring the person, that stack removes the person.",
      ],
      [carl],
    ]);
  });

  test("is a person that the roster of another stack neither declares nor ignores", () => {
    expect(messages(together([dev, roster({ [carl]: "admin" })], [person(bob, "viewer")]))).toEqual([
      "bob@acme.example is declared differently: no access in acme/dev, viewer in acme/team. " +
        "Declare each person in one stack, or add the address to `ignore` of the roster.",
    ]);
    expect(messages(together([dev, roster({ [carl]: "admin" }, ["bob@*"])], [person(bob, "viewer")]))).toEqual([]);
    // A roster ignores an owner.
    expect(messages(together([dev, roster({ [carl]: "admin" })], [person("ada@acme.example", "admin")]))).toEqual([]);
  });

  test("is a setting or an owner that two stacks declare differently", () => {
    const policy = (inputs: object) => kept("SecurityPolicy::dev", { organizationId, ...inputs });
    const owner = (email: string) => kept("OrganizationOwner::dev", { organizationId, email });
    const found = together(
      [dev, policy({ requireTwoFactor: true, ipAllowlist: [{ cidr: "10.0.0.1/8" }] }), owner(bob)],
      [policy({ requireTwoFactor: false, ipAllowlist: [{ cidr: "10.0.0.0/8" }] }), owner(carl)],
    );
    expect(messages(found)).toEqual([
      "The owner is declared differently: bob@acme.example in acme/dev, carl@acme.example in acme/team. Declare this value in one stack only.",
      "Two-factor authentication is declared differently: required in acme/dev, not required in acme/team. Declare this value in one stack only.",
    ]);
  });

  test("is an organization that two stacks declare differently, or create", () => {
    const described = (description: string) =>
      organization("acme-dev", 1, { inputs: { name: "acme-dev", description } });
    expect(messages(together([described("one")], [described("two")]))).toEqual([
      "Description is declared differently: one in acme/dev, two in acme/team. Declare this value in one stack only.",
    ]);
    const creation = { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } };
    expect(messages(together([creation], [creation]))).toEqual([
      "The stacks acme/dev and acme/team create acme-lab. A name is unique, so only the first update succeeds. " +
        "Create the organization in one stack, and use the organization's id in the other stacks.",
    ]);
  });

  test("does not arise from organizations with one name at two endpoints", () => {
    const creation = { op: "create", name: "Organization::lab", after: { inputs: { name: "acme-lab" } } };
    const [one, other] = ["https://one.example", "https://other.example"].map((endpoint, index) => {
      const more = { config: { "peridio:endpoint": endpoint } };
      return readPreview(document([creation], { stack: `s${index}`, more }), `${index}.json`, "change");
    });
    expect(
      messages(
        createReview(
          [one, other].flatMap((preview) => preview ?? []),
          "change",
        ),
      ),
    ).toEqual([]);
  });

  test("does not arise from hidden values or drift", () => {
    expect(messages(together([dev, person(bob, "[secret]")], [person(bob, "viewer")]))).toEqual([]);
    const seen = (role: string) => ({ ...person(bob, role), op: "refresh", after: person(bob, role).before });
    const refreshed = { ...dev, op: "refresh", after: dev.before };
    expect(messages(together([refreshed, seen("viewer")], [seen("admin")], "drift"))).toEqual([]);
  });

  test("is named in every report, and ends the command with 4", async () => {
    const terminal = fakeTerminal({ folder });
    writeFileSync(join(folder, "dev.json"), document([dev, person(bob, "viewer")]));
    writeFileSync(join(folder, "team.json"), document([person(bob, "developer")], { stack: "team" }));
    expect(await run(["review", "dev.json", "team.json", "--html-file", "page.html"], terminal)).toBe(4);
    const message = "viewer in acme/dev, developer in acme/team";
    expect(terminal.printed()).toContain("**Refused by 1 conflict between stacks**");
    expect(terminal.printed().replaceAll("`", "")).toContain(message);
    expect(readFileSync(join(folder, "page.html"), "utf8")).toContain(message);
  });
});

describe("drift", () => {
  const [earlier, later] = ["2027-01-30T08:00:00Z", "2027-01-30T08:00:00.5Z"] as const;
  const seen = (printed: NonNullable<PrintedStep["before"]>, modified: string) => ({ ...printed, modified });
  const refreshed = (
    name: string,
    before: NonNullable<PrintedStep["before"]>,
    after: NonNullable<PrintedStep["after"]>,
  ): PrintedStep => ({ op: "update", name, before, after });
  const organization: PrintedStep = {
    op: "refresh",
    name: "Organization::acme-dev",
    before: dev.before,
    after: dev.before,
  };

  test("does not include a change by another stack", () => {
    const was = seen(membership("bob@acme.example", "viewer"), earlier);
    const is = seen(membership("bob@acme.example", "developer"), later);
    const stale = refreshed("Membership::bob", was, is);
    const fresh = { op: "refresh", name: "Membership::bob", before: is, after: is };
    expect(describeChanges(together([organization, stale], [fresh], "drift").people)).toEqual([]);
    expect(describeChanges(together([organization, fresh], [stale], "drift").people)).toEqual([]);
  });

  test("does not include settings that another stack changed", () => {
    const policy = (sessionTimeout: string, modified: string) =>
      seen(
        {
          id: organizationId,
          inputs: { organizationId },
          outputs: { organizationId, requireTwoFactor: true, ipAllowlist: [], sessionTimeout },
        },
        modified,
      );
    const stale = refreshed("SecurityPolicy::dev", policy("8h", earlier), policy("1h", later));
    const fresh = {
      op: "refresh",
      name: "SecurityPolicy::dev",
      before: policy("1h", later),
      after: policy("1h", later),
    };
    expect(together([organization, stale], [fresh], "drift").settings).toEqual([]);
    expect(together([organization, fresh], [stale], "drift").settings).toEqual([]);
  });
});

describe("a group or project that two stacks declare", () => {
  const id = `${organizationId}/00000000-0000-4000-8000-000000000105`;
  const step = (type: string, inputs: Values): PrintedStep => {
    const all = { organizationId, name: "field", ...inputs };
    return { op: "same", name: `${type}::field`, before: { id, inputs: all, outputs: all }, after: { inputs: all } };
  };
  const group = (...members: readonly string[]) => step("Group", { members });
  const project = (users: readonly string[], everyoneEnabled: boolean) =>
    step("Project", { everyoneEnabled, access: { users } });
  const messagesOf = ({ conflicts = [] }: Review) => conflicts.map(({ message }) => message);
  const describeSettings = ({ settings }: Review) => settings.map(({ words, risks }) => [words, ...risks].join(" "));

  test("with other people or another openness is a conflict", () => {
    const own = [dev, group("bob@acme.example"), project(["bob@acme.example"], true)];
    const found = together(own, [group(), project([], false)]);
    expect(messagesOf(found)).toEqual([
      "Property members of group field is declared differently: [bob@acme.example] in acme/dev, [] in acme/team. Declare this value in one stack only.",
      "Property everyoneEnabled of project field is declared differently: true in acme/dev, false in acme/team. Declare this value in one stack only.",
      "Property access of project field is declared differently: users [bob@acme.example] and groups [] in acme/dev, users [] and groups [] in acme/team. Declare this value in one stack only.",
    ]);
    expect(found.verdict).toBe("refused");
  });

  test("with another openness counts as open, and a setting with two values is not known", () => {
    const policy = (sessionTimeout: string) => ({ organizationId, sessionTimeout });
    const change = (name: string, of: string, [former, present]: readonly [Values, Values]): PrintedStep => {
      const op = former === present ? "same" : "update";
      return { op, name, before: { id: of, inputs: former, outputs: former }, after: { inputs: present } };
    };
    const all = (isOpen: boolean, sessionTimeout: string) => {
      const openness = (everyoneEnabled: boolean) => ({ organizationId, name: "field", everyoneEnabled });
      return [
        change("Project::field", id, [openness(false), openness(isOpen)]),
        change("SecurityPolicy::dev", organizationId, [policy("1h"), policy(sessionTimeout)]),
      ];
    };
    expect(describeSettings(together([dev, ...all(true, "2h")], all(false, "3h")))).toEqual([
      "Session timeout: 1h → not known before the update. hidden",
      "Everyone in the organization gets access to project field. opensProject",
    ]);
    expect(describeSettings(together([dev, ...all(false, "2h")], all(false, "2h")))).toEqual([
      "Session timeout: 1h → 2h. weakensSession",
    ]);
  });

  test("with another name is a conflict, because access rules judge the name", () => {
    const named = (name: string) => [step("Group", { name }), step("Project", { name })];
    expect(messagesOf(together([dev, ...named("field")], named("ops")))).toEqual([
      "Property name of group field is declared differently: field in acme/dev, ops in acme/team. Declare this value in one stack only.",
      "Property name of project field is declared differently: field in acme/dev, ops in acme/team. Declare this value in one stack only.",
    ]);
    expect(messagesOf(together([dev, ...named("field")], named("[secret]")))).toEqual([]);
  });

  test("has no code in its message, even if the name contains a backtick", () => {
    const named = (members: readonly string[]) => step("Group", { name: "f`ield", members });
    const found = together([dev, named(["bob@acme.example"])], [named([])]);
    expect(formatMarkdown(createReport(found))).toContain(
      'Refused<br>Property members of group "``f`ield``" is declared differently: ',
    );
    expect(formatHtml(createReport(found), { title: "Access review" })).toContain(
      "<p>Property members of group &quot;f`ield&quot; is declared differently: ",
    );
  });

  test("with the same people, or without a declaration in one stack, is none", () => {
    const own = [dev, group("bob@acme.example", "ada@acme.example"), project([], true)];
    const same = [group("ADA@acme.example", "bob@acme.example"), project([], true)];
    expect(messagesOf(together(own, same))).toEqual([]);
    expect(messagesOf(together(own, [step("Group", {})]))).toEqual([]);
  });
});

describe("a token or webhook that two stacks declare", () => {
  const id = `${organizationId}/00000000-0000-4000-8000-000000000107`;
  const webhook = (inputs: Values, more: { readonly op?: string; readonly isGone?: boolean } = {}): PrintedStep => {
    const declared = { organizationId, name: "alerts", url: "https://hooks.acme.example/one", ...inputs };
    const { op = "same", isGone = false } = more;
    return {
      op,
      name: "Webhook::alerts",
      before: { id: id, inputs: declared, outputs: declared },
      after: isGone ? undefined : { inputs: declared, ...(op === "import" && { importID: id }) },
    };
  };
  const messagesOf = ({ conflicts = [] }: Review) => conflicts.map(({ message }) => message);

  test("differently is a conflict, even if only the path of the URL differs", () => {
    const found = together([dev, webhook({})], [webhook({ url: "https://hooks.acme.example/two", events: ["a"] })]);
    expect(messagesOf(found)).toEqual([
      "Property Host of webhook alerts is declared differently: hooks.acme.example in acme/dev, hooks.acme.example, with another URL in acme/team. Declare this value in one stack only.",
      "Property Events of webhook alerts is declared differently: all in acme/dev, a in acme/team. Declare this value in one stack only.",
    ]);
    expect(found.verdict).toBe("refused");
    expect(messagesOf(together([dev, webhook({})], [webhook({})]))).toEqual([]);
  });

  test.each([
    ["imports", "import"],
    ["declares", "same"],
  ])("and the other deletes is a conflict, with the order that keeps it: %s", (verb, op) => {
    const found = together([dev, webhook({}, { op: "delete", isGone: true })], [webhook({}, { op })]);
    expect(messagesOf(found)).toEqual([
      `Webhook alerts is deleted by acme/dev, but acme/team ${verb} it. To move the object, first apply acme/team. ` +
        "Then run `pulumi state delete` for it in acme/dev, so that the update of acme/dev deletes nothing.",
    ]);
  });

  test("and the other releases is no conflict", () => {
    const released = webhook({}, { op: "delete", isGone: true });
    const kept = { ...released, before: { ...released.before, retainOnDelete: true } };
    expect(messagesOf(together([dev, kept], [webhook({}, { op: "import" })]))).toEqual([]);
  });
});

describe("an object of two stacks, of which one imports or changes it", () => {
  const id = `${organizationId}/00000000-0000-4000-8000-000000000105`;
  const listRows = (found: Review) => found.settings.map(({ words, risks }) => [words, ...risks].join(" "));
  const declare = (op: string, type: string, before: Values | undefined, after: Values | undefined): PrintedStep => {
    const all = (inputs: Values) => ({ organizationId, name: "field", ...inputs });
    return {
      op,
      name: `${type}::field`,
      before: before && { id, inputs: all(before), outputs: all(before) },
      after: after && { inputs: all(after), ...(op === "import" && { importID: id }) },
    };
  };
  const [none, bob] = [[], ["bob@acme.example"]];
  const bobIsMember = {
    op: "same",
    name: "Membership::bob",
    before: membership("bob@acme.example", "viewer"),
    after: declared("bob@acme.example", "viewer"),
  };

  test("does not hide the new access to a project", () => {
    const access = (users: readonly string[]) => ({ everyoneEnabled: false, access: { users, groups: [] } });
    const found = together(
      [dev, bobIsMember, declare("update", "Project", access(none), access(bob))],
      [declare("import", "Project", undefined, access(bob))],
    );
    expect(listRows(found)).toEqual(["Access to project field for bob@acme.example: granted directly. grantsAccess"]);
  });

  test("does not hide a new host", () => {
    const to = (url: string) => ({ url });
    const found = together(
      [dev, declare("update", "Webhook", to("https://hooks.acme.example/"), to("https://hooks.evil.example/"))],
      [declare("import", "Webhook", undefined, to("https://hooks.evil.example/"))],
    );
    expect(found.settings.map(({ risks }) => risks)).toEqual([["addsWebhookHost"]]);
  });

  test("does not hide that a last day ends", () => {
    const roster = (lastDays: Values): Values => ({
      organizationId,
      members: { "bob@acme.example": "viewer" },
      lastDays,
    });
    const former = roster({ "bob@acme.example": "2027-01-31" });
    const found = together(
      [
        dev,
        {
          op: "same",
          name: "OrganizationMembers::dev",
          before: { id: organizationId, inputs: former, outputs: former },
          after: { inputs: former },
        },
      ],
      [{ op: "import", name: "Membership::bob", after: declared("bob@acme.example", "viewer") }],
    );
    expect(found.people.filter(({ changed }) => changed)).toMatchObject([
      { email: "bob@acme.example", before: { lastDay: "2027-01-31" }, risks: ["extendsAccess"] },
    ]);
  });

  test("is not released by one stack if the other declares it", () => {
    const released = declare("delete", "Webhook", { url: "https://hooks.acme.example/" }, undefined);
    const kept = declare(
      "same",
      "Webhook",
      { url: "https://hooks.acme.example/" },
      { url: "https://hooks.acme.example/" },
    );
    const found = [{ ...released, before: { ...released.before, retainOnDelete: true } }];
    expect(listRows(together([dev, ...found], [kept]))).toEqual([]);
    expect(listRows(together([dev, ...found], []))).toHaveLength(1);
  });

  test.each(["Project", "Group"])("is deleted if one stack deletes it and the other only forgets it: %s", (type) => {
    const before = type === "Group" ? { members: bob } : { everyoneEnabled: false, access: { users: bob, groups: [] } };
    const deleted = declare("delete", type, before, undefined);
    const forgotten = { ...deleted, before: { ...deleted.before, retainOnDelete: true } };
    const alone = listRows(together([dev, bobIsMember, deleted], []));
    expect(alone).toContainEqual(expect.stringMatching(/^Deleted/));
    expect(listRows(together([dev, bobIsMember, deleted], [forgotten]))).toEqual(alone);
    expect(listRows(together([dev, bobIsMember, forgotten], [deleted]))).toEqual(alone);
  });

  test.each(["Project", "Group", "Webhook"])(
    "is deleted if one stack replaces it and the other forgets it: %s",
    (type) => {
      const values: Record<string, Values> = {
        Project: { everyoneEnabled: false, access: { users: bob, groups: [] } },
        Group: { members: bob },
      };
      const before = values[type] ?? { url: "https://hooks.acme.example/" };
      const replaced = { ...declare("replace", type, before, before), differs: ["organizationId"] };
      const deleted = declare("delete", type, before, undefined);
      const retain = (step: PrintedStep) => ({ ...step, before: { ...step.before, retainOnDelete: true } });
      // The replacement of a retained object also has a row about the option.
      const list = (own: PrintedStep, other: PrintedStep) =>
        listRows(together([dev, bobIsMember, own], [other])).filter((row) => !row.includes("`retainOnDelete`"));
      expect(list(replaced, deleted)).toContainEqual(expect.stringMatching(/^Deleted|: deleted\./));
      expect(list(replaced, retain(deleted))).toEqual(list(replaced, deleted));
      expect(list(deleted, retain(replaced))).toEqual(list(deleted, replaced));
    },
  );

  test.each([id, `acme/${id.replace(/.*\//, "").toUpperCase()}`])(
    "does not change if one stack releases it and the other imports it as %s",
    (importID) => {
      const project = { everyoneEnabled: false, access: { users: bob, groups: [] } };
      const released = declare("delete", "Project", project, undefined);
      const imported = declare("import", "Project", undefined, project);
      const found = together(
        [dev, bobIsMember, { ...released, before: { ...released.before, retainOnDelete: true } }],
        [{ ...imported, after: { ...imported.after, importID, retainOnDelete: true } }],
      );
      expect(listRows(found)).toEqual([]);
      expect(found.objects?.map(({ key, released }) => [key, released])).toEqual([[id, undefined]]);
    },
  );

  test("has the row of the change if the import also writes to the object that the other releases", () => {
    const [former, evil] = [{ url: "https://hooks.acme.example/", events: ["a"] }, { url: "https://evil.example/" }];
    const released = declare("delete", "Webhook", former, undefined);
    const forgotten = { ...released, before: { ...released.before, retainOnDelete: true } };
    const retain = (step: PrintedStep) => ({
      ...step,
      name: "Webhook::other",
      after: { ...step.after, retainOnDelete: true },
    });
    const imported = retain(declare("import", "Webhook", undefined, evil));
    const written = retain(declare("update", "Webhook", former, evil));
    for (const found of [
      together([dev, forgotten], [imported, written]),
      together([dev, forgotten, imported, written], []),
    ]) {
      expect(listRows(found)).toEqual([
        "Webhook field: changed. Host: hooks.acme.example → evil.example. Events: a → all. addsWebhookHost",
      ]);
    }
  });

  test("has each person once in a row if both change it in the same way", () => {
    const group = declare("update", "Group", { members: none }, { members: bob });
    expect(listRows(together([dev, bobIsMember, group], [group]))).toEqual([
      "Join group field: bob@acme.example. grantsAccess",
    ]);
  });
});
