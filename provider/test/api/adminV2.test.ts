import {
  AbortedError,
  ConflictError,
  ForbiddenError,
  InvalidRequestError,
  NotFoundError,
  ServerError,
  InvalidResponseError,
  UnsupportedError,
} from "../../src/api";
import { cacheReads } from "../../src/api/cachedClient";
import { formatTimestamp } from "#emulator";
import type { Backend } from "../../src/api";
import { all, emulated, rejection, type Emulated } from "./emulated";

let peridio: Emulated;
beforeAll(async () => {
  peridio = await emulated();
});
beforeEach(() => {
  peridio.reset();
});
afterAll(async () => peridio.close());

const loseAfterEffect = { when: "after", effect: "drop" } as const;
const loseBeforeEffect = { when: "before", effect: "drop" } as const;

describe("a list", () => {
  test("that repeats its cursor is an error", async () => {
    const body = { data: [], next_page: "again" };
    peridio.emulator.control.fault({ times: "always", effect: { status: 200, body } });
    const error = await rejection(all(peridio.client().members.list(peridio.acme)));
    expect(error).toBeInstanceOf(InvalidResponseError);
    expect(error).toMatchObject({ field: "next_page" });
    expect(peridio.requests()).toHaveLength(2);
  });

  test("without next_page is an error", async () => {
    peridio.emulator.control.fault({ effect: { omit: "next_page" } });
    expect(await rejection(all(peridio.client().members.list(peridio.acme)))).toMatchObject({ field: "next_page" });
  });

  test("requests only the pages that are read", async () => {
    const { emulator, acme, client } = peridio;
    for (let index = 0; index < 150; index++) emulator.control.addMember(`u${index}@acme.example`, "acme", "viewer");
    for await (const member of client().members.list(acme)) if (member.email) break;
    expect(emulator.requests()).toHaveLength(1);
  });
});

describe("organizations", () => {
  test.each(["globex", "O'Brien's", "100% & more", "back\\slash", "ends with \\", "ünï"])(
    "%s is found by its exact name",
    async (name) => {
      const { emulator, client } = peridio;
      await emulator.control.createOrganization(name);
      await emulator.control.createOrganization(`${name} 2`);
      const { organizations } = client();
      expect(await organizations.find(name)).toMatchObject({ name, owner: { email: "ada@acme.example" } });
      expect(await organizations.find(name.toUpperCase())).toBeUndefined();
    },
  );

  test("omitted settings are not sent, and null clears a setting", async () => {
    const { organizations } = peridio.client();
    const created = await organizations.create("globex", { displayName: "Globex", description: "Rockets" });
    expect(created).toMatchObject({
      name: "globex",
      displayName: "Globex",
      description: "Rockets",
      contactEmail: null,
    });
    expect(await organizations.update(created.id, { description: null, contactEmail: "it@globex.example" })).toEqual({
      ...created,
      description: null,
      contactEmail: "it@globex.example",
    });
    expect(peridio.emulator.requests({ method: "PATCH" })[0]?.body).toEqual({
      description: null,
      contact_email: "it@globex.example",
    });
    expect(await organizations.get(created.id)).toMatchObject({ description: null });
  });

  test("a used name is Invalid on name", async () => {
    const error = await rejection(peridio.client().organizations.create("acme", {}));
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ fields: { name: ["has already been taken"] }, isAmbiguous: false });
  });

  test("a blocked deletion lists the same blockers as readiness", async () => {
    const { emulator, acme, client } = peridio;
    emulator.control.setBelongings("acme", { devices: 3 });
    const { organizations } = client();
    const blockers = await organizations.blockers(acme);
    expect(blockers).toMatchObject([{ code: "devices", count: 3 }]);
    const error = await rejection(organizations.delete(acme));
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ reason: "deletion_blocked", blockers });
  });

  test("a deletion succeeds even if its answer is lost", async () => {
    peridio.emulator.control.fault({ method: "DELETE", ...loseAfterEffect });
    const { organizations } = peridio.client();
    await organizations.delete(peridio.acme);
    expect(await rejection(organizations.get(peridio.acme))).toBeInstanceOf(NotFoundError);
    expect(await rejection(organizations.delete(peridio.acme))).toBeInstanceOf(NotFoundError);
  });

  test("a deletion that fails after its effect succeeds, and proves that the members are gone", async () => {
    peridio.emulator.control.fault({ method: "DELETE", when: "after", effect: { status: 500 } });
    const { organizations, members } = peridio.client();
    await organizations.delete(peridio.acme);
    expect(await rejection(all(members.list(peridio.acme)))).toMatchObject({
      name: NotFoundError.name,
      deletedHere: true,
    });
    expect(peridio.requests().slice(0, 2)).toEqual(["delete-an-organization", "retrieve-an-organization"]);
  });
});

describe("the creation of an organization", () => {
  const creations = () => peridio.requests().filter((operation) => operation === "create-an-organization");

  test("finds the organization after a lost answer", async () => {
    peridio.emulator.control.fault({ method: "POST", ...loseAfterEffect });
    const { organizations } = peridio.client();
    expect(await organizations.create("globex", { displayName: "Globex" })).toMatchObject({ displayName: "Globex" });
    expect(creations()).toHaveLength(1);
  });

  test.each([loseBeforeEffect, { effect: { status: 500, body: {} } }, { effect: "html" }] as const)(
    "is repeated after a failure without effect: %j",
    async (fault) => {
      peridio.emulator.control.fault({ method: "POST", ...fault });
      expect(await peridio.client().organizations.create("globex", {})).toMatchObject({ name: "globex" });
      expect(creations()).toHaveLength(2);
    },
  );

  test("finds the organization after an answer without an id", async () => {
    peridio.emulator.control.fault({ method: "POST", effect: { omit: "data.prn" } });
    expect(await peridio.client().organizations.create("globex", {})).toMatchObject({ name: "globex" });
    expect(creations()).toHaveLength(1);
  });

  test("does not adopt an organization that the caller already had", async () => {
    peridio.emulator.control.fault({ method: "POST", ...loseBeforeEffect });
    expect(await rejection(peridio.client().organizations.create("acme", {}))).toBeInstanceOf(InvalidRequestError);
  });

  test("does not adopt an organization that this process created earlier", async () => {
    const { organizations } = peridio.client();
    await organizations.create("globex", {});
    peridio.emulator.control.fault({ method: "POST", ...loseBeforeEffect });
    expect(await rejection(organizations.create("globex", {}))).toBeInstanceOf(InvalidRequestError);
  });

  test("does not adopt an organization that another user created in the meantime", async () => {
    const { emulator, client } = peridio;
    const backend = client();
    await backend.caller();
    emulator.control.addUser("bob@acme.example");
    await emulator.control.createOrganization("globex", {}, { as: "bob@acme.example" });
    emulator.control.addMember("ada@acme.example", "globex", "admin");
    emulator.control.fault({ method: "POST", ...loseBeforeEffect });
    expect(await rejection(backend.organizations.create("globex", {}))).toBeInstanceOf(InvalidRequestError);
  });

  test("reports the ambiguous failure if the search for its effect fails", async () => {
    peridio.emulator.control.fault({ method: "POST", ...loseAfterEffect });
    peridio.emulator.control.fault({ operation: "list-organizations", times: "always", effect: "html" });
    const error = await rejection(peridio.client().organizations.create("globex", {}));
    expect(error).toMatchObject({ method: "POST", status: null, isAmbiguous: true });
    expect(String(error)).toContain("The request may have taken effect.");
  });

  test("fails after the last attempt", async () => {
    peridio.emulator.control.fault({ method: "POST", times: "always", effect: { status: 500, body: {} } });
    const error = await rejection(peridio.client({ maxRetries: 2 }).organizations.create("globex", {}));
    expect(error).toBeInstanceOf(ServerError);
    expect(creations()).toHaveLength(3);
  });
});

describe("a 404 of a part of an organization", () => {
  const unseen = { method: "GET", times: 3, effect: { status: 404 } } as const;

  test("is repeated right after the creation, even if its answer was lost", async () => {
    const { emulator, clientInProcess } = peridio;
    const client = clientInProcess();
    for (const name of ["dev", "prod"]) {
      const { id } = await client.organizations.create(name, {});
      emulator.control.fault(unseen);
      expect(await all(client.members.list(id))).toHaveLength(1);
      emulator.control.fault({ method: "POST", ...loseAfterEffect });
    }
  });

  test("is final in a process that did not create it", async () => {
    const { emulator, acme, clientInProcess, requests } = peridio;
    emulator.control.fault(unseen);
    expect(await rejection(clientInProcess().securitySettings.get(acme))).toBeInstanceOf(NotFoundError);
    expect(requests()).toHaveLength(1);
  });

  test("is final some seconds after the creation", async () => {
    const { emulator, clock, clientInProcess } = peridio;
    const client = clientInProcess();
    const { id } = await client.organizations.create("dev", {});
    await clock.sleep(10_000);
    emulator.control.fault(unseen);
    expect(await rejection(client.securitySettings.get(id))).toBeInstanceOf(NotFoundError);
  });
});

describe("a new invitation", () => {
  test("has the time of its creation", async () => {
    const { emulator, acme, client } = peridio;
    await emulator.control.invite("bob@acme.example", "acme", "viewer");
    const sentAt = formatTimestamp(emulator.now);
    expect(await all(client().invitations.list(acme, "pending"))).toMatchObject([{ invitedBy: null, sentAt }]);
  });

  const invited = () => peridio.requests().filter((operation) => operation === "create-an-invitation");

  test("is found after an invalid answer, even without an inviter", async () => {
    const { acme, client, emulator } = peridio;
    const pending = { prn: `${acme}:org_invitation:1`, organization_prn: acme, email: "bob@acme.example" };
    const listed = { ...pending, role: "viewer", status: "pending", inviter: null, expires_at: "2027-01-08T00:00:00Z" };
    emulator.control.fault({ method: "POST", when: "after", effect: { status: 201, body: { data: {} } } });
    emulator.control.fault({ method: "GET", effect: { status: 200, body: { data: [listed], next_page: null } } });
    expect(
      await client().invitations.create(acme, { email: "bob@acme.example", role: "viewer" }, new Set()),
    ).toMatchObject({
      id: pending.prn,
      invitedBy: null,
    });
    expect(invited()).toHaveLength(1);
  });

  test("in a full organization names the limit", async () => {
    peridio.emulator.control.setLimits("acme", { users: 1 });
    const error = await rejection(
      peridio.client().invitations.create(peridio.acme, { email: "bob@acme.example", role: "viewer" }, new Set()),
    );
    expect(error).toMatchObject({ reason: "limit_reached", limit: { resourceType: "users", limit: 1 } });
  });
});

describe("a POST with an invalid answer", () => {
  const posts = () => peridio.emulator.requests({ method: "POST" });
  const acts: readonly [string, (backend: Backend) => Promise<unknown>, string][] = [
    [
      "an invitation",
      ({ invitations: all }) => all.create(peridio.acme, { email: "bob@acme.example", role: "viewer" }, new Set()),
      "list-invitations",
    ],
    ["an organization", ({ organizations }) => organizations.create("globex", {}), "list-organizations"],
    [
      "a transfer of ownership",
      ({ organizations }) => organizations.transferOwnership(peridio.acme, "bob@acme.example"),
      "retrieve-an-organization",
    ],
  ];

  test.each(acts)("is not repeated if its effect is not found: %s", async (_, act) => {
    peridio.emulator.control.fault({ method: "POST", effect: { status: 201, body: { data: {} } } });
    const error = await rejection(act(peridio.client()));
    expect(error).toMatchObject({ name: InvalidResponseError.name, isAmbiguous: true });
    expect(String(error)).toContain("found no effect of the request. It did not repeat the request.");
    expect(posts()).toHaveLength(1);
  });

  test.each(acts)("is not repeated if the search for its effect fails: %s", async (_, act, search) => {
    peridio.emulator.control.fault({ method: "POST", effect: { status: 200, body: "welcome" } });
    peridio.emulator.control.fault({ operation: search, times: "always", effect: { status: 500, body: {} } });
    const error = await rejection(act(peridio.client({ maxRetries: 1 })));
    expect(error).toMatchObject({ name: InvalidResponseError.name, method: "POST" });
    expect(String(error)).toContain("could not check if the request took effect. It did not repeat the request.");
    expect(posts()).toHaveLength(1);
  });

  test.each(acts)("names the next step if the POST and the search for its effect fail: %s", async (_, act, search) => {
    peridio.emulator.control.fault({ method: "POST", effect: { status: 500, body: {} } });
    peridio.emulator.control.fault({ operation: search, times: "always", effect: { status: 503, body: {} } });
    const error = await rejection(act(peridio.client({ maxRetries: 1 })));
    expect(error).toMatchObject({ method: "POST", status: 500, isAmbiguous: true });
    expect(String(error)).toContain(
      "The request may have taken effect. The provider could not check if the request took effect (HTTP 503). Run `pulumi up` again. The provider then checks this before it repeats the request.",
    );
    expect(posts()).toHaveLength(1);
  });
});

describe("a transfer of ownership", () => {
  const transfer = async (email = "bob@acme.example") =>
    peridio.client().organizations.transferOwnership(peridio.acme, email);

  beforeEach(() => {
    peridio.emulator.control.addMember("bob@acme.example", "acme", "admin");
    peridio.emulator.control.addMember("eve@acme.example", "acme", "admin");
  });

  test("is one request, and the previous owner stays an admin", async () => {
    expect(await transfer("Bob@acme.example")).toMatchObject({
      id: peridio.acme,
      owner: { email: "bob@acme.example" },
    });
    expect(peridio.requests()).toEqual(["transfer-ownership"]);
    const members = await all(peridio.client().members.list(peridio.acme));
    expect(members.map(({ role, isOwner }) => [role, isOwner])).toEqual([
      ["admin", false],
      ["admin", true],
      ["admin", false],
    ]);
  });

  test.each([loseAfterEffect, { effect: { omit: "data.owner" } }] as const)(
    "is not repeated after a lost or incomplete answer: %j",
    async (fault) => {
      peridio.emulator.control.fault({ method: "POST", ...fault });
      expect(await transfer("Bob@acme.example")).toMatchObject({ owner: { email: "bob@acme.example" } });
      expect(peridio.requests()).toEqual(["transfer-ownership", "retrieve-an-organization"]);
    },
  );

  test.each([loseBeforeEffect, { effect: { status: 500, body: {} } }] as const)(
    "is repeated after a failure without effect: %j",
    async (fault) => {
      peridio.emulator.control.fault({ method: "POST", ...fault });
      expect(await transfer()).toMatchObject({ owner: { email: "bob@acme.example" } });
      expect(peridio.requests()).toEqual(["transfer-ownership", "retrieve-an-organization", "transfer-ownership"]);
    },
  );

  test.each([403, 409, 422])("succeeds after a %d because the lost request took effect late", async (status) => {
    peridio.emulator.control.fault({ method: "POST", ...loseBeforeEffect });
    peridio.emulator.control.fault({ method: "POST", when: "after", effect: { status, body: {} } });
    expect(await transfer()).toMatchObject({ owner: { email: "bob@acme.example" } });
    expect(peridio.requests()).toEqual([
      "transfer-ownership",
      "retrieve-an-organization",
      "transfer-ownership",
      "retrieve-an-organization",
    ]);
  });

  test("is Forbidden if another transfer came first", async () => {
    await peridio.emulator.control.transferOwnership("eve@acme.example", "acme");
    peridio.emulator.control.fault({ method: "POST", ...loseBeforeEffect });
    const error = await rejection(transfer());
    expect(error).toBeInstanceOf(ForbiddenError);
    expect(error).toMatchObject({ scope: "transfer_organizations", resource: peridio.acme, isAmbiguous: false });
  });

  test("reports the ambiguous failure if the search for its effect fails", async () => {
    peridio.emulator.control.fault({ method: "POST", ...loseAfterEffect });
    peridio.emulator.control.fault({ operation: "retrieve-an-organization", times: "always", effect: "html" });
    const error = await rejection(transfer());
    expect(error).toMatchObject({ method: "POST", status: null, isAmbiguous: true });
  });

  test("to anyone but another admin is Invalid on newOwner, without a retry", async () => {
    peridio.emulator.control.addMember("viewer@acme.example", "acme", "viewer");
    await peridio.emulator.control.invite("pending@acme.example", "acme", "admin");
    for (const who of ["viewer", "pending", "stranger", "ada"]) {
      const error = await rejection(transfer(`${who}@acme.example`));
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect(error).toMatchObject({
        fields: { newOwner: ["must be another admin member of the organization"] },
        isAmbiguous: false,
      });
      expect(String(error)).toContain("newOwner must be another admin member of the organization");
    }
    expect(peridio.requests()).toEqual(Array(4).fill("transfer-ownership"));
  });
});

describe("members", () => {
  test("report their second factor and last activity", async () => {
    const { emulator, acme, client } = peridio;
    emulator.control.addUser("bob@acme.example", { name: "Bob", username: "bob", two_factor_enabled: true });
    emulator.control.addMember("bob@acme.example", "acme", "viewer");
    emulator.control.setLastActive("bob@acme.example", "acme", "2025-12-24T18:00:00Z");
    emulator.control.addMember("eve@acme.example", "acme", "viewer");
    emulator.control.setLastActive("eve@acme.example", "acme", null);
    const [, bob, eve] = await all(client().members.list(acme));
    expect(bob).toMatchObject({
      name: "Bob",
      username: "bob",
      twoFactorEnabled: true,
      lastActiveAt: "2025-12-24T18:00:00Z",
      joinedAt: formatTimestamp(emulator.now),
    });
    expect(eve).toMatchObject({ name: null, username: null, twoFactorEnabled: false, lastActiveAt: null });
  });

  test("cannot remove themselves", async () => {
    const backend = peridio.client();
    const { id } = await backend.caller();
    const error = await rejection(backend.members.remove(peridio.acme, id));
    expect(error).toMatchObject({ name: ConflictError.name, status: 409 });
  });
});

describe("security settings", () => {
  test("an update sends only the changes, and null clears a setting", async () => {
    const { securitySettings } = peridio.client();
    const changed = await securitySettings.update(peridio.acme, {
      requireTwoFactor: true,
      ipAllowlist: [{ cidr: "127.0.0.0/8", description: null }],
      apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
    });
    expect(changed).toEqual({
      requireTwoFactor: true,
      ipAllowlist: [{ cidr: "127.0.0.0/8", description: null }],
      sessionTimeout: null,
      apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
    });
    await securitySettings.update(peridio.acme, { apiKeyRotation: null, sessionTimeout: 3_600 });
    expect(peridio.emulator.requests({ method: "PATCH" })[1]?.body).toEqual({
      api_key_rotation: null,
      session_timeout: 3_600,
    });
    expect(await securitySettings.get(peridio.acme)).toEqual({
      ...changed,
      apiKeyRotation: null,
      sessionTimeout: 3_600,
    });
  });

  test("an invalid value has the name of the model", async () => {
    const error = await rejection(peridio.client().securitySettings.update(peridio.acme, { sessionTimeout: 1 }));
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toHaveProperty("fields.sessionTimeout");
  });
});

describe("billing settings", () => {
  test("an update sends only the changes, and null clears a setting", async () => {
    const { billingSettings } = peridio.client();
    const usageAlerts = [
      { resourceType: "api_keys", thresholdPercent: 90 },
      { resourceType: "devices", thresholdPercent: 80 },
    ] as const;
    const changed = await billingSettings.update(peridio.acme, { paymentMethod: "invoice", usageAlerts });
    expect(changed).toEqual({ billingEmail: null, paymentMethod: "invoice", usageAlerts });
    await billingSettings.update(peridio.acme, { billingEmail: "invoices@acme.example", paymentMethod: null });
    expect(peridio.emulator.requests({ method: "PATCH" }).map(({ body }) => body)).toEqual([
      {
        payment_method: "invoice",
        usage_alerts: [
          { resource_type: "api_keys", threshold_percent: 90 },
          { resource_type: "devices", threshold_percent: 80 },
        ],
      },
      { billing_email: "invoices@acme.example", payment_method: null },
    ]);
    expect(await billingSettings.get(peridio.acme)).toEqual({
      billingEmail: "invoices@acme.example",
      paymentMethod: null,
      usageAlerts,
    });
  });

  test("a card payment without a card is Invalid on paymentMethod", async () => {
    const { billingSettings } = peridio.client();
    const error = await rejection(billingSettings.update(peridio.acme, { paymentMethod: "credit_card" }));
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({ fields: { paymentMethod: [expect.stringContaining("card on file")] } });
  });
});

test("a limit has its use, its default and its maximum", async () => {
  const { emulator, acme, client } = peridio;
  emulator.control.setLimits("acme", { users: 60, api_keys: 150 });
  emulator.control.setBelongings("acme", { devices: 3, webhooks: 2 });
  emulator.control.addApiKey("ada@acme.example", { organization: "acme" });
  expect(await client().limits(acme)).toEqual({
    products: { limit: 100, used: 0, default: 100 },
    devices: { limit: 10_000, used: 3, default: 10_000 },
    users: { limit: 60, used: 1, default: 50, maximum: 500 },
    apiKeys: { limit: 150, used: 1, default: 100, maximum: 1000 },
    webhooks: { limit: 25, used: 2, default: 25, maximum: 100 },
  });
});

describe("the caller", () => {
  test("with a bound key cannot create organizations", async () => {
    const apiKey = peridio.emulator.control.addApiKey("ada@acme.example", { organization: "acme" });
    const backend = peridio.client({ apiKey });
    expect(await backend.caller()).toMatchObject({ boundTo: peridio.acme });
    expect(await rejection(backend.organizations.create("globex", {}))).toBeInstanceOf(ForbiddenError);
  });
});

describe("a failure", () => {
  test("a single 500 to a read is repeated", async () => {
    peridio.emulator.control.fault({ effect: { status: 500, body: {} } });
    expect(await peridio.client().organizations.get(peridio.acme)).toMatchObject({ name: "acme" });
  });

  test("a single 500 to a write is one readable error", async () => {
    peridio.emulator.control.fault({ effect: { status: 500, body: {} } });
    const error = await rejection(peridio.client().organizations.update(peridio.acme, { displayName: "Acme" }));
    expect(error).toMatchObject({ name: ServerError.name, status: 500, isAmbiguous: true });
    expect(String(error)).toMatch(
      /^ServerError: Peridio or a proxy failed\. Try again later\..*HTTP 500, request \S+\)$/,
    );
  });

  test("a narrow rate limit delays requests but fails none", async () => {
    const { emulator, clock, acme, clientInProcess } = peridio;
    emulator.control.setRateLimit({ perSecond: 5, retryAfter: 1 });
    const start = clock.now();
    const { organizations } = clientInProcess();
    await Promise.all(Array.from({ length: 60 }, async () => organizations.get(acme)));
    expect(clock.now() - start).toBeLessThan(20_000);
    expect(emulator.requests({ status: 429 }).length).toBeLessThan(30);
  });

  test("an abort ends all requests of its client", async () => {
    peridio.emulator.control.fault({ times: "always", effect: "hang" });
    const stop = new AbortController();
    const backend = peridio.client().with({ signal: stop.signal });
    const work = [
      backend.caller(),
      all(backend.members.list(peridio.acme)),
      backend.organizations.create("globex", {}),
    ];
    setImmediate(() => {
      stop.abort();
    });
    for (const one of work) expect(await rejection(one)).toBeInstanceOf(AbortedError);
  });
});

describe("an answer about another object is invalid:", () => {
  const another = "prn:1:00000000-0000-4000-8000-000000000000";
  test("a new organization of another name", async () => {
    peridio.emulator.control.fault({ method: "POST", effect: { alter: { name: "acme-prod" } } });
    const error = await rejection(peridio.client().organizations.create("acme-dev", {}));
    expect(error).toMatchObject({ name: "InvalidResponseError", field: "name", isAmbiguous: true });
    expect(String(error)).toContain("is invalid at name: expected acme-dev, received acme-prod.");
  });

  test("another organization", async () => {
    const { emulator, acme, client } = peridio;
    emulator.control.fault({ method: "PATCH", effect: { set: { "data.prn": another } } });
    const error = await rejection(client().organizations.update(acme, { displayName: "Acme" }));
    expect(String(error)).toContain(`is invalid at id: expected ${acme}, received ${another}.`);
  });

  test.each([
    ["organizationId", "organization_prn", another],
    ["userId", "user_prn", "prn:1:user:2"],
  ])("a member with another %s", async (field, property, answered) => {
    const { emulator, acme, client } = peridio;
    emulator.control.addMember("bob@acme.example", "acme", "viewer");
    emulator.control.fault({ method: "PATCH", effect: { set: { [`data.${property}`]: answered } } });
    const bob = (await all(client().members.list(acme))).find(({ email }) => email === "bob@acme.example");
    if (bob === undefined) throw new Error("Bob is missing");
    const error = await rejection(client().members.setRole(bob, "admin"));
    expect(error).toMatchObject({ name: "InvalidResponseError", field });
    expect(String(error)).toContain(`received ${answered}.`);
  });

  test("but not for the type and name that some servers add to an organization's PRN", async () => {
    const { emulator, acme, client } = peridio;
    emulator.control.fault({
      method: "POST",
      effect: { set: { "data.organization_prn": `${acme}:organization:acme` } },
    });
    expect(
      await client().invitations.create(acme, { email: "bob@acme.example", role: "viewer" }, new Set()),
    ).toMatchObject({
      organizationId: acme,
    });
  });
});

test("an empty id is invalid", async () => {
  peridio.emulator.control.fault({ method: "GET", effect: { set: { "data.prn": "" } } });
  const error = await rejection(peridio.client().organizations.get(peridio.acme));
  expect(String(error)).toContain("is invalid at data.prn: must not be empty.");
});

test("an empty string counts as null", async () => {
  const { emulator, acme, client } = peridio;
  emulator.control.fault({ method: "GET", effect: { set: { "data.description": "" } } });
  expect(await client().organizations.get(acme)).toMatchObject({ description: null });
  emulator.control.fault({ method: "GET", effect: { set: { "data.billing_email": "" } } });
  expect(await client().billingSettings.get(acme)).toMatchObject({ billingEmail: null });
});

test("requests for the objects of Avocado Connect are rejected and not sent", async () => {
  const { acme, client } = peridio;
  const { apiTokens, claimTokens, cohorts, groups, projects, tunnelPolicies, webhooks } = cacheReads(client());
  const object = `${acme}/0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10`;
  const warn = (): void => undefined;
  const requests: readonly [Promise<unknown>, string][] = [
    [apiTokens.create(acme, { name: "pipeline" }, warn), "The provider manages no API tokens"],
    [apiTokens.revoke(object), "The provider manages no API tokens"],
    [claimTokens.create(acme, { name: "factory" }, warn), "manages no claim tokens"],
    [all(claimTokens.listOfProject(object)), "manages no claim tokens"],
    [all(cohorts.listAll(acme)), "manages no projects or cohorts"],
    [cohorts.listContents(`${object}/0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e11`), "manages no projects or cohorts"],
    [all(groups.list(acme)), "manages no groups"],
    [groups.create(acme, "field", {}), "manages no groups"],
    [projects.get(object), "manages no projects or cohorts"],
    [projects.delete(object), "manages no projects or cohorts"],
    [tunnelPolicies.get(acme), "manages no tunnel policies"],
    [webhooks.update(object, { url: "https://alerts.acme.example" }), "The provider manages no webhooks"],
  ];
  for (const [request, reason] of requests) {
    const error = await rejection(request);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(String(error)).toContain(reason);
  }
  expect(peridio.requests()).toEqual([]);
});
