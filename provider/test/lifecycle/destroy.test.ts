import { isRecord } from "#framework";
import { parentInput } from "#framework/definitions";
import { explainPartialDestroy } from "#framework/messages";
import { Engine, type Program } from "../support/engine";
import { dev, member, organization, policy, roster } from "../support/programs";
import { apiKey, World } from "../support/world";

const [ada, bob, eve, zoe] = ["ada@acme.example", "bob@acme.example", "eve@acme.example", "zoe@acme.example"];
const strict = policy({ requireTwoFactor: true, sessionTimeout: "8h" });
const billing = {
  type: "BillingSettings",
  inputs: (id: (name: string) => string) => ({ organizationId: id("dev"), billingEmail: "bills@acme.example" }),
} as const;
const owner = {
  type: "OrganizationOwner",
  inputs: (id: (name: string) => string) => ({ organizationId: id("dev"), email: ada }),
} as const;
/** One of everything that an organization has. */
const everything: Program = { ...dev, bob: member(bob, "viewer"), strict, billing, owner };

let world: World;
beforeEach(async () => (world = await World.begin()));
afterEach(() => world.end());

function entries(): string[] {
  return [...world.engine.state.keys()];
}

function without<T>(map: Readonly<Record<string, T>>, ...names: readonly string[]): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !names.includes(name)));
}

/** The marker of an entry. */
function parentOf(name: string): unknown {
  return world.engine.state.get(name)?.inputs[parentInput];
}

/** The state as a version without this rule wrote it. */
function forgetParents(): void {
  for (const [name, kept] of world.engine.state) {
    const inputs = without(kept.inputs, parentInput);
    world.engine.state.set(name, { ...kept, inputs });
  }
}

/** An engine that has the same state, and runs in another environment. */
function inEnvironment(environment: Readonly<Record<string, string>>): Engine {
  const engine = new Engine(
    { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: world.url, ...environment },
    { maxRetries: "1" },
  );
  for (const [name, kept] of world.engine.state) engine.state.set(name, kept);
  return engine;
}

describe("an organization that cannot be deleted keeps all its parts", () => {
  test.each([
    ["a device", { devices: 1 }, /devices: 1 \(All devices must be deleted or transferred\.\)/],
    ["a deployment", { active_deployments: 2 }, /active_deployments: 2 /],
    ["a charge", { outstanding_charges: 1 }, /outstanding_charges: 1 /],
  ] as const)("for %s", async (_, belongings, reason) => {
    await world.settle(everything, [bob]);
    const before = [...world.engine.state];
    world.emulator.control.setBelongings("acme-dev", belongings);
    await expect(world.engine.destroy()).rejects.toThrow(reason);
    expect(world.requests()).toEqual(["GET", "GET deletion-readiness"]);
    expect([...world.engine.state]).toEqual(before);
  });

  test("for another owner", async () => {
    await world.engine.up({ ...dev, strict });
    world.emulator.control.addMember(eve, "acme-dev", "admin");
    await world.emulator.control.transferOwnership(eve, "acme-dev");
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(
      "SecurityPolicy acme-dev could not be deleted: this run may delete Organization acme-dev, but Peridio cannot delete it: " +
        "ada@acme.example is an admin of organization acme-dev, but this operation requires the API key of the organization's owner, eve@acme.example.",
    );
    expect(world.writes()).toEqual([]);
    expect(entries()).toEqual(["dev", "strict"]);
  });

  test("because every part is rejected with the same message", async () => {
    await world.settle(everything, [bob]);
    world.emulator.control.setBelongings("acme-dev", { devices: 1 });
    const failed: string[] = [];
    for (const only of ["bob", "strict", "billing", "owner"]) {
      // The organization leaves the program too, and the others stay in it.
      const parts = without(everything, only, "dev");
      const message = await world.engine.up(parts, { goOn: true }).then(
        () => "",
        (error: unknown) => (error instanceof Error ? error.message : ""),
      );
      failed.push(message.replace(/^.* could not be deleted: /, ""));
    }
    expect(new Set(failed).size).toBe(1);
    expect(failed[0]).toBe(
      "this run may delete Organization acme-dev, but Peridio cannot delete it: devices: 1 (All devices must be deleted or transferred.); " +
        "other_users: 1 (All users except the owner must be removed.). " +
        "The provider changed nothing in the organization. Resolve these blockers and run the command again. " +
        "To delete the organization with its members, set `forceDestroy: true` on the Organization, run `pulumi up`, unprotect protected resources, and run the command again.\n" +
        "Other remedies:\n" +
        "- To keep the organization with its people and settings, set `deletionPolicy: retain` on the Organization and the option `retainOnDelete` on this resource, run `pulumi up`, and run the command again.\n" +
        "- To remove only this resource from the program, keep the Organization in the program, and run `pulumi up` without `--target`.\n" +
        `- ${explainPartialDestroy("PERIDIO", "organization")}`,
    );
    expect(world.writes()).toEqual([]);
  });

  test("for its members, unless it has `forceDestroy`", async () => {
    await world.settle(everything, [bob]);
    await expect(world.engine.destroy()).rejects.toThrow(
      "this run may delete Organization acme-dev, but Peridio cannot delete it: other_users: 1 (All users except the owner must be removed. These users remain: bob@acme.example.). " +
        "The provider changed nothing in the organization. To delete the organization with its members, set `forceDestroy: true` on the Organization, run `pulumi up`, unprotect protected resources, and run the command again.\nOther remedies:\n- ",
    );
    expect(world.writes()).toEqual([]);
    expect(entries()).toEqual(["dev", "bob", "strict", "billing", "owner"]);
  });

  test("also if it leaves the program in an update", async () => {
    await world.settle({ ...everything, other: organization("acme-other") }, [bob]);
    world.emulator.control.setBelongings("acme-dev", { devices: 1 });
    await expect(world.engine.up({ other: organization("acme-other") })).rejects.toThrow(/devices: 1/);
    expect(world.writes()).toEqual([]);
  });

  test("also if another organization replaces it", async () => {
    await world.settle({ ...dev, bob: member(bob, "viewer"), strict }, [bob]);
    world.emulator.control.setBelongings("acme-dev", { devices: 1 });
    const lab: Program = { dev: organization("acme-lab"), bob: member(bob, "viewer"), strict };
    await expect(world.engine.up(lab, { replace: ["dev"] })).rejects.toThrow(
      /this run may delete Organization acme-dev, but Peridio cannot delete it: devices: 1/,
    );
    expect(world.writes().filter((line) => line.startsWith("DELETE"))).toEqual([]);
    const old = world.emulator.state.organizations.find(({ name }) => name === "acme-dev");
    expect(old?.members).toHaveLength(2);
    expect(old?.security).toMatchObject({ two_factor_required: true, session_timeout: 28_800 });
  });

  test("also after a refresh in the same process", async () => {
    await world.settle({ ...dev, strict }, []);
    world.emulator.control.setBelongings("acme-dev", { devices: 1 });
    await expect(world.engine.destroy({ refresh: true })).rejects.toThrow(/devices: 1/);
    expect(world.writes()).toEqual([]);
  });

  test("also if the readiness request fails", async () => {
    await world.settle({ ...dev, strict }, []);
    world.emulator.control.fault({ operation: "get-deletion-readiness", times: 9, effect: { status: 500 } });
    await expect(world.engine.destroy()).rejects.toThrow(
      /SecurityPolicy acme-dev could not be deleted: the provider could not check if the Organization can be deleted, so the provider changed nothing in the Organization\. .*HTTP 500/,
    );
    expect(world.writes()).toEqual([]);
    expect(entries()).toEqual(["dev", "strict"]);
  });
});

/** One of everything, and an organization that is deleted with its members. */
const forced = { dev: organization("acme-dev", { forceDestroy: true }) };

describe("an organization that can be deleted", () => {
  test("is deleted without a reset of its settings, and removes the people itself", async () => {
    await world.settle({ ...everything, ...forced }, [bob]);
    await world.engine.destroy();
    expect(world.requests()).toEqual([
      // The check before the first part leaves the state.
      "GET",
      "GET deletion-readiness",
      "GET invitations status:'pending'",
      "GET members",
      "GET billing-settings",
      "GET security-settings",
      // The check before the first removal.
      "GET deletion-readiness",
      "GET invitations status:'pending'",
      "GET members",
      "DELETE members",
      "DELETE",
      // The check that the organization is gone.
      "GET",
    ]);
    expect(entries()).toEqual([]);
    expect(world.engine.warnings).toEqual([
      "The provider did not reset these settings: billingEmail. They stay in force until the organization is deleted. If the organization is not deleted, declare the same values, and run `pulumi up` to manage them again.",
      expect.stringMatching(/^The provider did not reset these settings: requireTwoFactor, sessionTimeout\. /),
      "The provider removed nobody. These people keep their access or invitation until the organization is deleted: bob@acme.example. If the organization is not deleted, declare these people again, and run `pulumi up`. If it asks for an import, run the printed command first.",
      "`forceDestroy` removes the members of the organization: bob@acme.example.",
    ]);
  });

  test("needs no `forceDestroy` without members, and names the invitations that it ends", async () => {
    await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [bob]: "viewer" }) });
    world.requests();
    await world.engine.destroy();
    expect(world.writes()).toEqual(["DELETE"]);
    expect(world.engine.warnings).toEqual([expect.stringContaining(`until the organization is deleted: ${bob}.`)]);
  });

  test("stays if someone accepts after the first part has left the state, and the error names them", async () => {
    const { control } = world.emulator;
    await world.engine.up({ ...dev, all: roster({ [ada]: "admin", [bob]: "viewer" }) });
    const guard = control.hold({ operation: "get-deletion-readiness" });
    const accept = async (): Promise<void> => {
      await guard.waitForArrivals(1);
      const deletion = control.hold({ operation: "get-deletion-readiness" });
      guard.release();
      await deletion.waitForArrivals(1);
      control.accept(bob, "acme-dev");
      deletion.release();
    };
    await expect(world.engine.up({}, { started: accept })).rejects.toThrow(`These users remain: ${bob}.`);
    expect(entries()).toEqual(["dev"]);
  });

  test("keeps everyone if a blocker appears after the parts have left the state, and adopts them again", async () => {
    const program = { ...forced, all: roster({ [ada]: "admin", [bob]: "viewer" }), strict };
    await world.settle(program, [bob]);
    world.emulator.control.fault({
      operation: "get-deletion-readiness",
      skip: 1,
      times: "always",
      effect: { status: 500 },
    });
    await expect(world.engine.destroy()).rejects.toThrow(/^Organization acme-dev could not be deleted: .*HTTP 500/);
    world.emulator.control.clearFaults();
    expect(world.writes()).toEqual([]);
    expect(entries()).toEqual(["dev"]);
    await world.engine.up(program);
    expect(world.writes()).toEqual([]);
    expect(entries()).toEqual(["dev", "all", "strict"]);
  });
});

describe("forceDestroy", () => {
  test("removes all members, and names them", async () => {
    await world.settle({ ...forced, all: roster({ [ada]: "admin", [bob]: "viewer" }) }, [bob]);
    world.emulator.control.addMember(zoe, "acme-dev", "admin");
    await world.emulator.control.invite(eve, "acme-dev", "viewer");
    await world.engine.destroy();
    expect(world.writes()).toEqual(["DELETE members", "DELETE members", "DELETE"]);
    expect(world.engine.warnings).toContain(
      `\`forceDestroy\` removes the members of the organization: ${bob}, ${zoe}.`,
    );
    expect(world.emulator.state.organizations).toEqual([]);
  });

  test("names the people that a failed deletion removed, and the next destroy continues", async () => {
    await world.settle({ ...forced, all: roster({ [ada]: "admin", [bob]: "viewer" }) }, [bob]);
    world.emulator.control.fault({ operation: "delete-an-organization", effect: { status: 409 } });
    await expect(world.engine.destroy()).rejects.toThrow(/HTTP 409/);
    expect(world.writes()).toEqual(["DELETE members", "DELETE"]);
    expect(world.engine.warnings).toContain(
      `The deletion failed, and the provider may already have removed these members: ${bob}. To continue the deletion, run the command again. To invite the removed people again, declare them, and run \`pulumi up\`.`,
    );
    await world.engine.destroy();
    expect(world.writes()).toEqual(["DELETE"]);
    expect(entries()).toEqual([]);
  });

  test("removes no one if another blocker exists", async () => {
    await world.engine.up(forced);
    world.emulator.control.addMember(zoe, "acme-dev", "admin");
    world.emulator.control.setBelongings("acme-dev", { devices: 1 });
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(/devices: 1/);
    expect(world.writes()).toEqual([]);
  });

  test("is rejected if the program still declares a member", async () => {
    await world.settle({ ...forced, bob: member(bob, "viewer") }, [bob]);
    const id = world.engine.state.get("dev")?.id ?? "";
    const literal = { ...member(bob, "viewer"), inputs: () => ({ organizationId: id, email: bob, role: "viewer" }) };
    await expect(world.engine.up({ bob: literal })).rejects.toThrow(
      "the program still declares people in the organization: bob@acme.example. Remove these people from the program, and run the command again.",
    );
    expect(world.writes()).toEqual([]);
  });

  test("changes only the state and sends no write", async () => {
    await world.engine.up(dev);
    world.requests();
    expect(await world.engine.up(forced)).toEqual([{ op: "update", name: "dev", diff: { forceDestroy: "add" } }]);
    expect(world.requests()).toEqual(["GET"]);
    expect(await world.engine.up(forced)).toEqual([{ op: "same", name: "dev" }]);
  });
});

describe("deletionPolicy: retain", () => {
  const retained = { dev: organization("acme-dev", { deletionPolicy: "retain" }) };

  test("keeps the organization in Peridio, and deletes its parts as if it stayed declared", async () => {
    await world.settle({ ...retained, bob: member(bob, "viewer"), strict }, [bob]);
    world.emulator.control.setBelongings("acme-dev", { devices: 1 });
    await world.engine.destroy();
    expect(world.writes()).toEqual([
      'PATCH security-settings {"two_factor_required":false,"session_timeout":null}',
      "DELETE members",
    ]);
    expect(entries()).toEqual([]);
    expect(world.engine.warnings).toContain(
      "Organization acme-dev stays in Peridio: Pulumi only removes its entry from the state.",
    );
  });

  test("applies the limits of a roster", async () => {
    await world.settle({ ...retained, all: roster({ [bob]: "viewer", [eve]: "viewer" }) }, [bob, eve]);
    await expect(world.engine.destroy()).rejects.toThrow(/maxRemovals \(25%\) allows 1/);
    expect(world.writes()).toEqual([]);
  });

  test("updates the entries of unchanged parts", async () => {
    await world.settle({ ...dev, strict }, []);
    expect(await world.engine.up({ ...retained, strict })).toEqual([
      { op: "update", name: "dev", diff: { deletionPolicy: "add" } },
      { op: "same", name: "strict" },
    ]);
    expect(parentOf("strict")).toMatchObject({ deletion: { retain: true, force: false } });
    expect(world.requests()).toEqual(["GET"]);
  });
});

describe("the organization of a resource in the state", () => {
  test("is added by an update without changes, which sends nothing", async () => {
    await world.settle(everything, [bob]);
    forgetParents();
    expect((await world.engine.up(everything)).map(({ op }) => op)).toEqual(["same", "same", "same", "same", "same"]);
    expect(world.requests()).toEqual([]);
    const id = world.engine.state.get("dev")?.id;
    for (const name of ["bob", "strict", "billing", "owner"]) {
      expect(parentOf(name)).toMatchObject({ id, deletion: { retain: false, force: false } });
    }
    expect(parentOf("dev")).toBeUndefined();
  });

  test("stays after a refresh, and is not a difference", async () => {
    await world.settle(everything, [bob]);
    const before = parentOf("strict");
    expect(await world.engine.refresh()).toEqual([]);
    expect(parentOf("strict")).toEqual(before);
    expect(isRecord(before)).toBe(true);
  });

  test("stays after an update with --target", async () => {
    await world.settle({ ...dev, strict }, []);
    const id = world.engine.state.get("dev")?.id ?? "";
    const alone: Program = {
      strict: {
        type: "SecurityPolicy",
        inputs: () => ({ organizationId: id, requireTwoFactor: true, sessionTimeout: "9h" }),
      },
    };
    const before = parentOf("strict");
    await world.engine.up(alone, { targeted: true });
    expect(parentOf("strict")).toEqual(before);
    // The remedy for an organization that moves to another stack.
    const healed = inEnvironment({ PERIDIO_ALLOW_PARTIAL_DESTROY: "1" });
    await healed.up(alone, { targeted: true });
    expect(healed.state.get("strict")?.inputs[parentInput]).toEqual({ id, deletion: "undeclared" });
  });

  test("is absent in a state of an older version, whose parts are not deleted before an update", async () => {
    await world.settle({ ...dev, bob: member(bob, "viewer"), strict }, [bob]);
    forgetParents();
    await expect(world.engine.destroy()).rejects.toThrow(
      /the state does not show if this program declares the Organization/,
    );
    expect(world.writes()).toEqual([]);
    expect(entries()).toEqual(["dev", "bob", "strict"]);
  });

  test("is absent after an import, until an update", async () => {
    await world.settle({ ...forced, strict }, []);
    const { strict: imported } = { strict: world.engine.state.get("strict")?.id ?? "" };
    world.engine.state.delete("strict");
    await world.engine.import("strict", "SecurityPolicy", imported);
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(/This happens after an import, .* run `pulumi up` once/);
    expect(world.writes()).toEqual([]);
    await world.engine.up({ ...forced, strict });
    await world.engine.destroy();
    expect(world.writes()).toEqual(["DELETE"]);
  });

  test("shows that an undeclared organization stays", async () => {
    await world.engine.up(dev);
    const id = world.engine.state.get("dev")?.id ?? "";
    world.engine.state.clear();
    await world.engine.up({
      strict: { type: "SecurityPolicy", inputs: () => ({ organizationId: id, requireTwoFactor: true }) },
      all: {
        type: "OrganizationMembers",
        inputs: () => ({ organizationId: id, members: { [ada]: "admin", [bob]: "viewer", [eve]: "viewer" } }),
      },
    });
    expect(parentOf("strict")).toEqual({ id, deletion: "undeclared" });
    world.emulator.control.setBelongings("acme-dev", { devices: 1 });
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(/maxRemovals \(25%\) allows 1/);
    expect(world.writes()).toEqual([]);
    world.engine.state.delete("all");
    await world.engine.destroy();
    expect(world.writes()).toEqual(['PATCH security-settings {"two_factor_required":false}']);
  });
});

describe("an organization whose parts were deleted as if it stayed", () => {
  const all = roster({ [ada]: "admin", [bob]: "viewer" });

  test("is not deleted in the same run, because the markers are older than the program", async () => {
    await world.settle({ dev: organization("acme-dev", { deletionPolicy: "retain" }), all }, [bob]);
    // An interrupted update changes the Organization, but not the marker of the roster.
    const { all: kept } = Object.fromEntries(world.engine.state);
    await world.engine.up({ ...dev, all });
    if (kept !== undefined) world.engine.state.set("all", kept);
    world.requests();
    await expect(world.engine.destroy()).rejects.toThrow(
      "Organization acme-dev could not be deleted: this run deleted parts of it, because the state or PERIDIO_ALLOW_PARTIAL_DESTROY says that it stays. The provider therefore did not delete it. To delete it too, run the command again.",
    );
    expect(world.writes()).toEqual(["DELETE members"]);
    expect(entries()).toEqual(["dev"]);
    await world.engine.destroy();
    expect(world.writes()).toEqual(["DELETE"]);
  });

  test("is not deleted with PERIDIO_ALLOW_PARTIAL_DESTROY=1", async () => {
    await world.settle({ ...dev, all }, [bob]);
    const engine = inEnvironment({ PERIDIO_ALLOW_PARTIAL_DESTROY: "1" });
    await expect(engine.destroy()).rejects.toThrow(/this run deleted parts of it/);
    expect(world.writes()).toEqual(["DELETE members"]);
  });

  test("is deleted with `forceDestroy`", async () => {
    await world.settle({ ...forced, all }, [bob]);
    const engine = inEnvironment({ PERIDIO_ALLOW_PARTIAL_DESTROY: "1" });
    await engine.destroy();
    expect(world.writes()).toEqual(["DELETE members", "DELETE"]);
  });
});

test("after a failure, a run deletes no entry, because Pulumi skips the resources that depend on the failed one", async () => {
  await world.settle({ ...dev, all: roster({ [ada]: "admin", [bob]: "viewer" }), strict }, [bob]);
  world.emulator.control.fault({ operation: "update-an-organization", times: "always", effect: { status: 422 } });
  // The engine does not register the renamed resources.
  const described = { dev: organization("acme-dev", { description: "new" }) };
  await expect(world.engine.up(described, { goOn: true })).rejects.toThrow(/HTTP 422/);
  expect(world.writes()).toEqual(['PATCH {"description":"new"}']);
  expect(entries()).toEqual(["dev", "all", "strict"]);
  world.emulator.control.clearFaults();
  await world.engine.up(described);
  expect(entries()).toEqual(["dev"]);
});

test("a part with a literal id that Pulumi checks before its Organization causes a warning", async () => {
  await world.engine.up(dev);
  const id = world.engine.state.get("dev")?.id ?? "";
  const literal = { type: "SecurityPolicy", inputs: () => ({ organizationId: id, requireTwoFactor: true }) } as const;
  await world.engine.up({ early: literal, ...dev });
  expect(world.engine.warnings).toContain(
    "Organization acme-dev is declared in this program, but another resource names it by a literal id. Pass the `id` of the Organization to that resource, and run `pulumi up` again. " +
      "Otherwise, a destroy deletes that resource without checking the Organization.",
  );
});

test.each([
  ["1", true],
  ["true", true],
  ["0", false],
  ["", false],
])("PERIDIO_ALLOW_PARTIAL_DESTROY=%s turns the rule off: %s", async (value, isOff) => {
  await world.settle({ ...dev, bob: member(bob, "viewer"), strict }, [bob]);
  world.emulator.control.setBelongings("acme-dev", { devices: 1 });
  const engine = inEnvironment({ PERIDIO_ALLOW_PARTIAL_DESTROY: value });
  await expect(engine.destroy()).rejects.toThrow(
    isOff ? /^Organization acme-dev could not/ : /^SecurityPolicy acme-dev/,
  );
  expect(world.writes()).toHaveLength(isOff ? 2 : 0);
});

test.each<[string, Program]>([
  ["a Membership", { ada: member(ada, "admin"), bob: member(bob, "viewer") }],
  ["a roster", { all: roster({ [ada]: "admin", [bob]: "viewer" }) }],
])("an owner that %s declares is deleted with the organization, without a warning", async (_, people) => {
  await world.settle({ ...forced, ...people }, []);
  await world.emulator.control.revoke(bob, "acme-dev");
  await world.engine.destroy();
  expect(entries()).toEqual([]);
  expect(world.engine.warnings).toEqual([]);
});

test("a policy that leaves the program names what is less secure", async () => {
  const all = policy({
    requireTwoFactor: true,
    ipAllowlist: [{ cidr: "127.0.0.0/8" }],
    allowLockout: true,
    sessionTimeout: "8h",
    apiKeyRotation: { maxAgeDays: 90, gracePeriodDays: 7 },
  });
  await world.engine.up({ ...dev, all });
  await world.engine.up(dev);
  expect(world.engine.warnings).toEqual([
    "Deleting this resource made the organization less secure: two-factor authentication is optional; the IP allowlist is empty; " +
      "the session timeout is Peridio's default instead of 8h; API keys have no maximum age.",
  ]);
});

test("a policy whose settings are at their defaults leaves the program without a warning", async () => {
  await world.engine.up({ ...dev, off: policy({ requireTwoFactor: false }) });
  await world.engine.up(dev);
  expect(world.engine.warnings).toEqual([]);
});
