import { MissingRightError, type Operation, UserError } from "#framework";
import { type Caller, ForbiddenError, NotFoundError, oneOf, type Organization, roles, ServerError } from "./api";
import { createMemoryClient, createRequest, type Memory, organizationId } from "./api/testing/memoryClient";
import { explainMissingRight, permissions } from "./permissions";
import type { Right } from "./resource";
import { organization } from "./resources/organization";
import { securityPolicy } from "./resources/securityPolicy";

const otherId = "prn:1:0f4f2c52-9c4b-4d8f-8b5a-0c6d1d0f3a11";
const auditor = oneOf(roles).parse("auditor");
type Membership = Caller["organizations"][number];

/** Returns a membership in acme-dev. */
const join = (role: Membership["role"]): Membership => ({ id: organizationId, name: "acme-dev", role, isOwner: false });
const inOther: Membership = { id: otherId, name: "acme-other", role: "admin", isOwner: true };

/** Returns the API key's user bob@x.io, a member of these organizations. */
const bob = (...organizations: readonly Membership[]) => ({ id: "user of bob@x.io", email: "bob@x.io", organizations });

const acmeDev: Organization = {
  id: organizationId,
  name: "acme-dev",
  displayName: "Acme",
  description: null,
  contactEmail: null,
  owner: { id: "user of owner@x.io", email: "owner@x.io" },
  createdAt: undefined,
};

const { rights, ...policy } = securityPolicy;

/** Returns an update of a SecurityPolicy that requires a right, or names none. */
function update(right: string | undefined, values: Operation["values"] = { organizationId }): Operation {
  return {
    resource: { ...policy, ...(right !== undefined && { rights: { ...rights, update: right } }) },
    verb: "update",
    values,
    id: "id of the policy",
  };
}

/** Authorizes the operation. Returns the error, if there is one, and the requests. */
async function authorize(operation: Operation, memory: Memory) {
  const { api, requests } = createMemoryClient(memory);
  const error = await permissions.authorize(api, operation).catch((error: unknown) => error);
  return { error, requests };
}

const bound =
  "this API key of bob@x.io is bound to organization acme-other and cannot act in another organization. " +
  "Use an API key of the whole account, or an API key that is bound to the organization of this resource.";
const absent =
  "bob@x.io is not a member of this organization, or the organization does not exist. " +
  "Correct the id, use the API key of a member, or ask an admin to invite bob@x.io. " +
  "If the state contains an organization that was deleted, run `pulumi refresh`. " +
  "Its error message shows how to remove the organization from the state.";
const needsDeveloper =
  "bob@x.io is a viewer of organization acme-dev, but this operation requires at least the role developer. " +
  "Use the API key of a developer, or ask an admin to make bob@x.io a developer.";

describe("authorize", () => {
  test("permits an operation that requires no right, without a request", async () => {
    const caller = { ...bob(), boundTo: otherId };
    expect(await authorize(update("anybody"), { caller })).toEqual({ error: undefined, requests: [] });
  });

  test("rejects a resource whose right is unknown or absent", async () => {
    const explain = (right: string) => new TypeError(`peridio:index:SecurityPolicy names an unknown right: ${right}`);
    expect(await authorize(update("boss"), {})).toEqual({ error: explain("boss"), requests: [] });
    expect(await authorize(update(undefined), {})).toEqual({ error: explain("none"), requests: [] });
  });

  test("checks the right of the verb", async () => {
    const memory = { caller: bob(join("developer")) };
    expect((await authorize({ ...update("manager"), verb: "read" }, memory)).error).toBeUndefined();
    expect((await authorize(update("manager"), memory)).error).toBeInstanceOf(MissingRightError);
  });

  test.each<[Right, Membership["role"], boolean]>([
    ["viewer", "viewer", true],
    ["developer", "viewer", false],
    ["developer", "developer", true],
    ["developer", "admin", true],
    ["manager", "developer", false],
    ["manager", "manager", true],
    ["admin", "manager", false],
    ["admin", "admin", true],
    ["admin", auditor, true],
  ])("permits an operation that requires the right %s, with the role %s: %p", async (right, role, isPermitted) => {
    const { error, requests } = await authorize(update(right), { caller: bob(inOther, join(role)) });
    expect(error instanceof MissingRightError).toBe(!isPermitted);
    expect(requests).toEqual(["get caller"]);
  });

  test.each<[Right, Membership["role"], Memory["backend"], string]>([
    ["developer", "viewer", "admin-v2", needsDeveloper],
    [
      "admin",
      "developer",
      "admin-v2",
      "bob@x.io is a developer of organization acme-dev, but this operation requires the role admin. " +
        "Use the API key of an admin, or ask an admin to make bob@x.io an admin.",
    ],
    [
      "developer",
      "member",
      "connect",
      "bob@x.io is a member of organization acme-dev, but this operation requires the role admin or owner. " +
        "Use the API key of an admin or an owner, or ask an admin to make bob@x.io an admin.",
    ],
  ])("names a sufficient role for the right %s and the role %s in %s", async (right, role, backend, text) => {
    const { error } = await authorize(update(right), { caller: bob(join(role)), ...(backend && { backend }) });
    expect(error).toEqual(new MissingRightError(text));
  });

  describe("with a key that is bound to another organization", () => {
    const caller = { ...bob(inOther, join("admin")), boundTo: otherId };

    test("rejects the operation, and does not check the role", async () => {
      const { error, requests } = await authorize(update("owner"), { caller });
      expect(error).toEqual(new UserError(bound));
      expect(error).not.toBeInstanceOf(MissingRightError);
      expect(requests).toEqual(["get caller"]);
    });

    test("names the id of the other organization if it is not visible", async () => {
      const { error } = await authorize(update("viewer"), { caller: { ...caller, organizations: [join("admin")] } });
      expect(error).toEqual(new UserError(bound.replace("acme-other", otherId)));
    });

    test("permits the operation while the organization of the object is unknown", async () => {
      expect(await authorize(update("admin", {}), { caller })).toEqual({ error: undefined, requests: ["get caller"] });
    });
  });

  test("permits a key that is bound to the organization of the object", async () => {
    const { error } = await authorize(update("admin"), { caller: { ...bob(join("admin")), boundTo: organizationId } });
    expect(error).toBeUndefined();
  });

  describe("without a visible membership", () => {
    const requests = ["get caller", "get caller", `get organization ${organizationId}`];

    test("rejects the operation if Peridio does not find the organization", async () => {
      const outcome = await authorize(update("viewer"), { caller: bob(inOther) });
      expect(outcome).toEqual({ error: new UserError(`${absent} (GET /v2/things, HTTP 404)`), requests });
      expect(outcome.error).not.toBeInstanceOf(MissingRightError);
    });

    test("permits the operation if Peridio finds the organization, because it may be new", async () => {
      const outcome = await authorize(update("admin"), { caller: bob(inOther), organizations: [acmeDev] });
      expect(outcome).toEqual({ error: undefined, requests });
    });

    test("passes another failure of the request on", async () => {
      const { api } = createMemoryClient({ caller: bob(inOther) });
      const failure = new ServerError("Peridio failed.", createRequest(500));
      const organizations = { ...api.organizations, get: () => Promise.reject(failure) };
      await expect(permissions.authorize({ ...api, organizations }, update("admin"))).rejects.toBe(failure);
    });
  });

  describe("an organization", () => {
    const create: Operation = { resource: organization, verb: "create", values: {} };
    const remove: Operation = { resource: organization, verb: "delete", values: {}, id: organizationId };

    test("can be created by any user whose key is not bound", async () => {
      expect(await authorize(create, { caller: bob() })).toEqual({ error: undefined, requests: ["get caller"] });
    });

    test.each([
      ["acme-other", [inOther]],
      [otherId, [join("admin")]],
    ])("cannot be created with a key that is bound to %s", async (name, organizations) => {
      const { error } = await authorize(create, { caller: { ...bob(...organizations), boundTo: otherId } });
      expect(error).toEqual(
        new MissingRightError(
          `this API key of bob@x.io is bound to organization ${name}, but this operation requires an API key that is not bound to an organization. ` +
            "Use an API key of the whole account.",
        ),
      );
    });

    test("can be deleted by its owner", async () => {
      const outcome = await authorize(remove, { organizations: [acmeDev] });
      expect(outcome.error).toBeUndefined();
      expect(outcome.requests).toEqual(["get caller", `get organization ${organizationId}`]);
    });

    test("is identified by its own id", async () => {
      const caller = { ...bob(inOther), boundTo: otherId };
      expect(await authorize(remove, { caller })).toEqual({ error: new UserError(bound), requests: ["get caller"] });
    });
  });

  describe("the right of an owner", () => {
    const refuse = (relation: string): string =>
      `bob@x.io ${relation} organization acme-dev, but this operation requires the API key of the organization's owner, owner@x.io. ` +
      "Use the API key of owner@x.io, or ask owner@x.io to transfer the ownership to bob@x.io first.";

    test.each([
      ["an admin", [inOther, join("admin")], "is an admin of"],
      ["a member with an unknown role", [join(auditor)], "is an auditor of"],
      ["a member whose unknown role is in upper case", [join(oneOf(roles).parse("Editor"))], "is an Editor of"],
      ["a member whose role begins with a consonant", [join("member")], "is a member of"],
      ["a user without a visible membership", [inOther], "does not own"],
    ])("is missing for %s", async (_, organizations, relation) => {
      const { error } = await authorize(update("owner"), {
        caller: bob(...organizations),
        organizations: [acmeDev],
      });
      expect(error).toEqual(new MissingRightError(refuse(relation)));
    });

    test("is permitted if the API does not report the owner", async () => {
      const { error } = await authorize(update("owner"), {
        caller: bob(join("viewer")),
        organizations: [{ ...acmeDev, owner: undefined }],
      });
      expect(error).toBeUndefined();
    });

    test("is permitted for an organization that does not exist yet", async () => {
      const outcome = await authorize(update("owner", {}), { caller: bob(join("viewer")) });
      expect(outcome).toEqual({ error: undefined, requests: ["get caller"] });
    });
  });
});

describe("explain", () => {
  const forbidden = new ForbiddenError("Peridio refused the update.", createRequest(403), null, null);
  const notFound = new NotFoundError("Not found.", createRequest(404));

  async function explain(error: unknown, memory: Memory, operation = update("developer")): Promise<unknown> {
    return permissions.explain(createMemoryClient(memory).api, error, operation);
  }

  test("returns other errors unchanged, without a request", async () => {
    const { api, requests } = createMemoryClient({ caller: { ...bob(), boundTo: otherId } });
    const failure = new ServerError("Peridio failed.", createRequest(500));
    expect(await permissions.explain(api, failure, update("developer"))).toBe(failure);
    expect(requests).toEqual([]);
  });

  test.each<[string, Partial<Caller>, string]>([
    ["the other organization of the key", { ...bob(inOther), boundTo: otherId }, bound],
    ["the missing membership", bob(inOther), absent],
  ])("explains a 404 by %s", async (_, caller, reason) => {
    const explained = await explain(notFound, { caller });
    expect(explained).toEqual(new UserError(`${reason} (GET /v2/things, HTTP 404)`));
  });

  test.each<[string, Partial<Caller>, Operation]>([
    ["a member", bob(inOther, join("viewer")), update("developer")],
    ["an unknown organization", { ...bob(inOther), boundTo: otherId }, update("developer", {})],
  ])("returns a 404 unchanged for %s", async (_, caller, operation) => {
    expect(await explain(notFound, { caller }, operation)).toBe(notFound);
  });

  test.each<[string, Partial<Caller>, string]>([
    ["the other organization of the key", { ...bob(inOther, join("admin")), boundTo: otherId }, bound],
    ["the lower role", bob(join("viewer")), needsDeveloper],
  ])("explains a 403 by %s, without the other possible causes", async (_, caller, reason) => {
    expect(await explain(forbidden, { caller })).toEqual(new UserError(`${reason} (GET /v2/things, HTTP 403)`));
  });

  test("returns a 403 unchanged if the membership is not visible", async () => {
    expect(await explain(forbidden, { caller: bob(inOther) })).toBe(forbidden);
  });

  test("names the IP allowlist as the cause of a 403 in spite of a sufficient role", async () => {
    for (const right of ["developer", "anybody"]) {
      expect(await explain(forbidden, { caller: bob(inOther, join("manager")) }, update(right))).toEqual(
        new UserError(
          "Peridio refused the update. The API key's user, bob@x.io, is a manager of organization acme-dev. This role is sufficient, so the probable cause is the IP allowlist. " +
            "If the program declares `ipAllowlist`, add the provider's address there, and run `pulumi up --refresh` from an allowed address. " +
            "Otherwise, ask Peridio's support to add the address. " +
            "(GET /v2/things, HTTP 403)",
        ),
      );
    }
  });

  const byAddress = "If the organization has an IP allowlist, connect from an address on the allowlist.";

  test.each<[string, Membership["role"], Memory["backend"], string]>([
    ["an unknown role", auditor, "admin-v2", "Use the API key of a user whose role allows this."],
    ["an API without an IP allowlist", "admin", "connect", "This role is sufficient."],
  ])("names the causes of a 403 that remain with %s", async (_, role, backend, rest) => {
    expect(await explain(forbidden, { caller: bob(join(role)), ...(backend && { backend }) })).toEqual(
      new UserError(
        `Peridio refused the update. The API key's user, bob@x.io, is an ${role} of organization acme-dev. ${rest} ${byAddress} (GET /v2/things, HTTP 403)`,
      ),
    );
  });

  test("guesses no cause of a 403 that Peridio explains", async () => {
    const denial = "Peridio refused the update. Peridio says: The address is not allowed.";
    const explained = new ForbiddenError(denial, createRequest(403), null, null, true);
    expect(explained.message).toBe(`${denial} Correct this cause, or use another API key. (GET /v2/things, HTTP 403)`);
    expect(await explain(explained, { caller: bob(join("manager")) })).toEqual(
      new UserError(
        `${denial} The API key's user, bob@x.io, is a manager of organization acme-dev. Correct this cause, or use another API key. (GET /v2/things, HTTP 403)`,
      ),
    );
  });
});

test("the right of a role needs no request for an organization that this run creates", async () => {
  const { api, requests } = createMemoryClient();
  expect(await explainMissingRight(api, "admin", undefined)).toBeUndefined();
  expect(requests).toEqual([]);
});
