import { beginConnect, operations } from "../support/connect";
import { type Program, secret, type Wire } from "../support/engine";
import { dev, part } from "../support/programs";
import { refusal } from "../support/refusal";
import { World } from "../support/world";

let world: World;
beforeEach(async () => {
  world = await beginConnect();
});
afterEach(() => world.end());

const ci = (settings: Wire = {}): Program => ({
  ...dev,
  ci: part("OrganizationApiToken", { name: "ci", ...settings }),
});

/** The tokens that Peridio stores, the oldest first. */
const stored = () => world.emulator.snapshot().organizations[0]?.api_tokens ?? [];
const outputs = () => world.engine.state.get("ci")?.outputs;
const create = 'OrgApiToken_create {"name":"ci"}';

test("is created with a secret output, and an unchanged run sends no write", async () => {
  expect(await world.engine.preview(ci())).toContainEqual({ op: "create", name: "ci" });
  expect(operations(world)).toEqual(["Me_show"]);
  await world.engine.up(ci());
  expect(operations(world)).toEqual(["Me_show", "OrgApiToken_index", create]);
  const [token] = stored();
  expect(outputs()).toEqual({
    organizationId: world.engine.state.get("dev")?.id,
    name: "ci",
    token: secret(token?.token ?? ""),
    tokenId: token?.id,
    owner: "ada@acme.example",
    createdAt: token?.inserted_at,
  });
  expect(await world.engine.up(ci())).toContainEqual({ op: "same", name: "ci" });
  expect(operations(world)).toEqual(["Me_show"]);
});

test("a refresh finds no change after a use of the token, and keeps the secret", async () => {
  await world.engine.up(ci());
  const before = outputs();
  const token = stored()[0]?.token ?? "";
  await world.with({ apiKey: token, backend: "connect" }).invoke(["getCurrentUser", {}]);
  expect(stored()[0]?.last_used_at).not.toBeNull();
  operations(world);
  expect(await world.engine.refresh()).toEqual([]);
  expect(operations(world)).toEqual(["Me_show", "OrgApiToken_index"]);
  expect(outputs()).toEqual(before);
});

// N4: the body of a creation is flat, with `name` and optionally `expires_at`.
test("with an expiry is created once, and other spellings of the moment are no change", async () => {
  await world.engine.up(ci({ expiresAt: "2099-01-01T01:00:00+01:00" }));
  expect(operations(world)).toContain('OrgApiToken_create {"name":"ci","expires_at":"2099-01-01T00:00:00Z"}');
  expect(stored()).toMatchObject([{ expires_at: "2099-01-01T00:00:00Z" }]);
  expect(outputs()).toMatchObject({ expiresAt: "2099-01-01T01:00:00+01:00" });
  expect(await world.engine.refresh()).toEqual([]);
  const respelled = ci({ expiresAt: "2099-01-01T00:00:00.000Z" });
  expect(await world.engine.up(respelled)).toContainEqual({ op: "same", name: "ci" });
  expect(stored()).toHaveLength(1);
});

test("an expiry that leaves the program replaces the token, and one that Peridio sets does not", async () => {
  await world.engine.up(ci({ expiresAt: "2099-01-01T00:00:00Z" }));
  expect(await world.engine.up(ci())).toContainEqual({
    op: "replace",
    name: "ci",
    diff: { expiresAt: "delete-replace" },
  });
  expect(stored()).toMatchObject([{ expires_at: null }]);
  world.emulator.control.tokens.setApiToken("ci", "acme-dev", { expires_at: "2098-01-01T00:00:00Z" });
  await world.engine.refresh();
  expect(outputs()).toMatchObject({ expiresAt: "2098-01-01T00:00:00Z" });
  expect(await world.engine.up(ci())).toContainEqual({ op: "same", name: "ci" });
});

test("an expiry in the past is rejected, and leaves no entry in the state", async () => {
  const past = ci({ expiresAt: "2020-01-01T00:00:00Z" });
  for (const refused of [await refusal(world.engine.preview(past)), await refusal(world.engine.up(past))])
    expect(refused).toBe(
      "OrganizationApiToken acme-dev/ci could not be created: `expiresAt` is 2020-01-01T00:00:00Z, but it must be in the future. Declare a later moment.",
    );
  expect(operations(world)).not.toContainEqual(expect.stringContaining("_create"));
  expect(world.engine.state.has("ci")).toBe(false);
  await expect(world.engine.preview(ci({ expiresAt: "tomorrow" }))).rejects.toThrow("must be a moment in ISO 8601");
});

test.each<[string, Wire]>([
  ["name", { name: "build" }],
  ["rotate", { rotate: "2027-02" }],
])("a change of `%s` creates the new token before the former one is revoked", async (property, change) => {
  await world.engine.up(ci({ rotate: "2027-01" }));
  const [former] = stored();
  operations(world);
  const next = ci({ rotate: "2027-01", ...change });
  const step = { op: "replace", name: "ci", diff: { [property]: "update-replace" } };
  expect(await world.engine.preview(next)).toContainEqual(step);
  expect(await world.engine.up(next)).toContainEqual(step);
  const writes = operations(world).filter((line) => /_create|_delete/.test(line));
  expect(writes).toEqual([expect.stringMatching(/^OrgApiToken_create /), "OrgApiToken_delete"]);
  expect(stored()).toHaveLength(1);
  expect(stored()[0]?.id).not.toBe(former?.id);
  expect(outputs()?.token).toEqual(secret(stored()[0]?.token ?? ""));
  expect(await world.engine.up(next)).toContainEqual({ op: "same", name: "ci" });
});

test("two resources can declare the same name, and deleting one of them keeps the other", async () => {
  await world.engine.up({ ...ci(), twin: part("OrganizationApiToken", { name: "ci" }) });
  expect(stored()).toHaveLength(2);
  await world.engine.up(ci());
  expect(stored().map(({ id }) => id)).toEqual([outputs()?.tokenId]);
});

test("two tokens are created one after the other, so that the error after a lost response names only one of them", async () => {
  await world.engine.up({ ...ci(), twin: part("OrganizationApiToken", { name: "ci" }) }, { parallel: true });
  const sent = operations(world).filter((line) => line !== "Me_show");
  expect(sent).toEqual(["OrgApiToken_index", create, "OrgApiToken_index", create]);
});

test("that was revoked outside Pulumi is created again", async () => {
  await world.engine.up(ci());
  world.emulator.state.organizations[0]?.api_tokens.pop();
  expect(await world.engine.refresh()).toEqual([{ op: "gone", name: "ci" }]);
  await world.engine.up(ci());
  expect(stored()).toHaveLength(1);
});

test("deletion revokes the token, and succeeds if the token is already gone", async () => {
  await world.engine.up({ ...ci(), twin: part("OrganizationApiToken", { name: "ci" }) });
  world.emulator.state.organizations[0]?.api_tokens.pop();
  expect(await world.engine.up(dev)).toEqual(
    expect.arrayContaining([
      { op: "delete", name: "ci" },
      { op: "delete", name: "twin" },
    ]),
  );
  expect(stored()).toEqual([]);
});

test("the token of the provider is not revoked before the provider has another one", async () => {
  await world.engine.up(ci({ rotate: "1" }));
  const [first] = stored();
  const self = (apiKey: string) => {
    const engine = world.with({ apiKey, backend: "connect" });
    for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
    engine.doomed.push(...world.engine.doomed);
    return engine;
  };
  const engine = self(first?.token ?? "");
  const refused = await refusal(engine.up(ci({ rotate: "2" })));
  expect(refused).toContain(
    "OrganizationApiToken acme-dev/ci could not be deleted: it is the API key of this provider, so the provider did not revoke it. " +
      "Set `peridio:apiKey` or PERIDIO_API_KEY to another API key, such as the new token, and run the command again.",
  );
  expect(stored()).toHaveLength(2);
  const next = world.with({ apiKey: stored()[1]?.token ?? "", backend: "connect" });
  for (const [name, kept] of engine.state) next.state.set(name, kept);
  next.doomed.push(...engine.doomed);
  await next.up(ci({ rotate: "2" }));
  expect(stored().map(({ id }) => id)).not.toContain(first?.id);
  expect(stored()).toHaveLength(1);
});

test("a token that someone revokes during the deletion counts as revoked", async () => {
  await world.engine.up(ci());
  world.emulator.control.fault({ operation: "OrgApiToken_delete", when: "after", effect: { status: 404 } });
  await world.engine.up(dev);
  expect(world.engine.state.has("ci")).toBe(false);
});

test("a rotation whose revocation changes nothing fails, names the former token and keeps it for the next update", async () => {
  await world.engine.up(ci({ rotate: "1" }));
  const [former] = stored();
  const id = `prn:1:${world.emulator.state.organizations[0]?.id ?? ""}/${former?.id ?? ""}`;
  world.emulator.control.fault({ operation: "OrgApiToken_delete", effect: "acknowledge" });
  expect(await refusal(world.engine.up(ci({ rotate: "2" })))).toMatch(
    new RegExp(
      `^OrganizationApiToken acme-dev/ci could not be deleted: Peridio accepted the request but did not apply it as requested: ${id} still exists\\. ` +
        `It stays in the state\\. Run the command again\\. If it fails again, send this message to Peridio's support\\. \\(DELETE \\S+/${former?.id ?? ""}, HTTP 204, request [\\w-]+\\)$`,
    ),
  );
  expect(world.engine.doomed.map(([, kept]) => kept.id)).toEqual([id]);
  expect(stored()).toHaveLength(2);
  await world.engine.up(ci({ rotate: "2" }));
  expect(world.engine.doomed).toEqual([]);
  expect(stored().map((token) => token.id)).toEqual([outputs()?.tokenId]);
});

describe("an import", () => {
  const importToken = async (id: string) => world.engine.import("ci", "OrganizationApiToken", `acme-dev/${id}`);

  beforeEach(async () => {
    await world.engine.up(ci());
    world.engine.state.clear();
  });

  test.each(["id", "name"] as const)("by %s has no secret, and says how to replace the token", async (property) => {
    expect(await importToken(stored()[0]?.[property] ?? "")).toMatchObject({ name: "ci" });
    expect(world.engine.warnings).toEqual([
      "The output `token` is absent, because Peridio shows a token only at its creation. To replace the token with one that Pulumi knows, set `rotate`.",
    ]);
    expect(outputs()).toMatchObject({ name: "ci", owner: "ada@acme.example" });
    expect(outputs()).not.toHaveProperty("token");
    await world.engine.up({ ...dev, ...ci() });
    expect(await world.engine.refresh()).toEqual([]);
    expect(world.engine.warnings).toEqual([]);
    await world.engine.up(ci({ rotate: "2027-01" }));
    expect(stored()).toHaveLength(1);
    expect(outputs()?.token).toEqual(secret(stored()[0]?.token ?? ""));
  });

  test("by a name that two tokens have lists their ids", async () => {
    await world.engine.up(ci());
    const refused = await refusal(importToken("ci"));
    expect(refused).toContain(
      'organization acme-dev has 2 API tokens with the name "ci". Pass one of these ids: prn:1:',
    );
    for (const { id } of stored()) expect(refused).toContain(`/${id}`);
  });
});

test("a rejected creation leaves no entry in the state", async () => {
  world.emulator.control.fault({ operation: "OrgApiToken_create", effect: { status: 422 } });
  await expect(world.engine.up(ci())).rejects.toThrow("OrganizationApiToken acme-dev/ci could not be created");
  expect(world.engine.state.has("ci")).toBe(false);
  await expect(world.engine.preview(ci({ name: " " }))).rejects.toThrow("name: must not consist of white space only");
});

test("a member revokes own tokens, but not the tokens of other people", async () => {
  await world.engine.up(ci());
  world.emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
  const apiKey = world.emulator.control.addApiKey("eve@acme.example");
  const engine = world.with({ apiKey, backend: "connect" });
  await engine.up({ ...dev, own: part("OrganizationApiToken", { name: "own" }) });
  await engine.up(dev);
  expect(stored()).toHaveLength(1);
  for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
  operations(world);
  await expect(engine.up(dev)).rejects.toThrow(
    "it was revoked, or this API key cannot see it: eve@acme.example is neither an admin nor an owner of organization acme-dev.",
  );
  expect(operations(world)).not.toContain("OrgApiToken_delete");
});

// N4: members see only their own tokens, so a missing one may exist.
test("a member's refresh keeps a token of another person, and misses an own one", async () => {
  await world.engine.up(ci());
  world.emulator.control.addMember("eve@acme.example", "acme-dev", "viewer");
  const engine = world.with({ apiKey: world.emulator.control.addApiKey("eve@acme.example"), backend: "connect" });
  for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
  await expect(engine.refresh()).rejects.toThrow(
    "it was revoked, or this API key cannot see it: eve@acme.example is neither an admin nor an owner of organization acme-dev. Other members see only their own API tokens. Use the API key of an admin or an owner.",
  );
  expect(engine.state.has("ci")).toBe(true);
  engine.state.delete("ci");
  await engine.up({ ...dev, own: part("OrganizationApiToken", { name: "own" }) });
  expect(await engine.refresh()).toEqual([]);
  world.emulator.state.organizations[0]?.api_tokens.pop();
  expect(await engine.refresh()).toEqual([{ op: "gone", name: "own" }]);
});

test("getApiTokens and `list` return the tokens without their secrets", async () => {
  await world.engine.up({ ...ci(), other: part("OrganizationApiToken", { name: "other" }) });
  world.emulator.control.tokens.setApiToken("other", "acme-dev", {
    last_used_at: "2027-01-02T00:00:00Z",
    expires_at: "2028-01-01T00:00:00Z",
  });
  const [found] = await world.engine.invoke(["getApiTokens", { organizationId: "acme-dev" }]);
  const describe = (index: number) => ({
    id: `prn:1:${world.emulator.state.organizations[0]?.id ?? ""}/${stored()[index]?.id ?? ""}`,
    name: stored()[index]?.name,
    owner: "ada@acme.example",
    createdAt: stored()[index]?.inserted_at,
  });
  const times = { lastUsedAt: "2027-01-02T00:00:00Z", expiresAt: "2028-01-01T00:00:00Z" };
  const expected = [0, 1].map((index) => ({
    ...describe(index),
    ...(stored()[index]?.name === "other" && times),
  }));
  expect(found?.apiTokens).toEqual(expected);
  const names = await world.engine.listNames("OrganizationApiToken", { organizationId: "acme-dev" });
  expect(names.sort()).toEqual(["acme-dev/ci", "acme-dev/other"]);
});

test("is rejected by the Admin API at preview", async () => {
  const admin = await World.begin();
  const preview = admin.engine.preview({ ...dev, ci: part("OrganizationApiToken", { name: "ci" }) });
  await expect(preview).rejects.toThrow(
    "The provider manages no API tokens with Peridio's Admin API: remove them from the program, or use Avocado Connect",
  );
  expect(admin.writes()).toEqual([]);
  await admin.end();
});
