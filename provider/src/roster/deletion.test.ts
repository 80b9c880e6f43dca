import { UserError } from "#framework";
import type { RosterEntry } from "../api";
import { createMemoryClient, organizationId } from "../api/testing/memoryClient";
import type { DeclaredRoster } from "./declaration";
import { explainPartialRemoval, findRemoved, planDeletion, verifyRemoved } from "./deletion";
import { toRemoval, type Removal } from "./steps";
import { createContext } from "./testing/context";
import { createInvitation, createMember } from "./testing/sample";

const [a, b, c] = [
  createMember("a@x.io", "viewer"),
  createMember("b@x.io", "viewer"),
  createMember("c@x.io", "viewer"),
];
const owner = "owner@x.io";
/** A user who was declared as a@x.io and has the address new@x.io. */
const moved = { ...a, email: "new@x.io" };
const movedNote = "The user of a@x.io has the new address new@x.io, so the deletion applies to new@x.io.";

interface Given extends DeclaredRoster {
  readonly emails?: readonly string[];
  /** User ids in state, by address. */
  readonly users?: Readonly<Record<string, string>>;
  readonly authorize?: () => Promise<void>;
}

/** Plans the deletion of a roster that declares these addresses, and formats its steps. */
async function plan(
  people: readonly RosterEntry[],
  { emails = ["a@x.io", "b@x.io"], users = {}, authorize, ...limits }: Given = {},
  more: Parameters<typeof createContext>[1] = {},
) {
  const { context, requests } = createContext(people, more);
  const inputs = {
    members: Object.fromEntries(emails.map((email) => [email, "viewer"])),
    maxRemovals: "100%",
    ...limits,
  };
  const state = { people: Object.fromEntries(Object.entries(users).map(([email, userId]) => [email, { userId }])) };
  let authorized = 0;
  const deletion = await planDeletion(context, organizationId, {
    inputs,
    state,
    authorize: authorize ?? (() => Promise.resolve(void (authorized += 1))),
  });
  const format = (removals: readonly Removal[]) =>
    removals.map(({ kind, email, person }) => `${kind} ${email}: ${person.email}`);
  return { ...deletion, removals: format(deletion.removals), leaving: format(deletion.leaving), requests, authorized };
}

describe("the deletion of a roster", () => {
  test("removes the declared people", async () => {
    expect(
      await plan([a, createInvitation("b@x.io", "viewer"), c], { emails: ["A@x.io", "b@x.io", "d@x.io"] }),
    ).toEqual({
      removals: ["remove A@x.io: a@x.io", "remove b@x.io: b@x.io"],
      leaving: ["remove A@x.io: a@x.io", "remove b@x.io: b@x.io"],
      notes: [],
      authorized: 1,
      requests: [
        `list pending invitations of ${organizationId}`,
        `list members of ${organizationId}`,
        `list expired invitations of ${organizationId}`,
        "get caller",
      ],
    });
  });

  test("leaves the owner and the API key's user in the organization", async () => {
    const people = [a, createInvitation("b@x.io", "viewer")];
    const caller = { id: a.userId };
    expect(await plan(people, { emails: [owner, "a@x.io", "b@x.io"] }, { caller })).toMatchObject({
      removals: ["remove owner@x.io: owner@x.io", "remove a@x.io: a@x.io", "remove b@x.io: b@x.io"],
      leaving: ["remove b@x.io: b@x.io"],
    });
  });

  test("requires a right only if it removes someone", async () => {
    expect(await plan([a], { emails: [owner] })).toMatchObject({ leaving: [], authorized: 0 });
    expect(await plan([a], {}, { declared: { "a@x.io": "viewer" } })).toMatchObject({ removals: [], authorized: 0 });
  });

  test("is rejected without the right, before it is compared with the limits", async () => {
    const authorize = () => Promise.reject(new UserError("not an admin"));
    const attempt = plan([a, b], { maxRemovals: "0", authorize });
    await expect(attempt).rejects.toThrow(new UserError("not an admin"));
  });

  describe("of a user with a new address", () => {
    const users = { "A@x.io": a.userId };
    const given = { emails: ["a@x.io"], users };

    test("removes the user and the pending invitation to the declared address", async () => {
      expect(await plan([moved, createInvitation("a@x.io", "viewer")], given)).toMatchObject({
        removals: ["remove a@x.io: new@x.io", "remove a@x.io: a@x.io"],
        leaving: ["remove a@x.io: new@x.io", "remove a@x.io: a@x.io"],
        notes: [movedNote],
      });
    });

    test("keeps the user if the program still declares one of the addresses", async () => {
      const keep = (email: string) => plan([moved], given, { declared: { [email]: "viewer" } });
      const { removals, notes } = await keep("new@x.io");
      expect({ removals, notes }).toStrictEqual({ removals: [], notes: [] });
      expect(await keep("a@x.io")).toMatchObject({
        removals: [],
        notes: [
          "new@x.io stays in the organization, although the program declares only the user's former address, a@x.io. Declare new@x.io, or remove this user in Peridio.",
        ],
      });
    });

    test("keeps the invitation to an address that the program still declares", async () => {
      const people = [moved, createInvitation("a@x.io", "viewer")];
      expect(await plan(people, given, { declared: { "a@x.io": "viewer" } })).toMatchObject({ removals: [] });
    });

    test("is rejected if a failed resource declares the address", async () => {
      await expect(plan([moved], given, { failed: ["a@x.io"] })).rejects.toThrow(
        new UserError(
          "a resource that declares new@x.io failed in this run, so the provider did not delete this resource. Correct the error of that resource, and run the command again.",
        ),
      );
    });
  });

  describe("of an address that belongs to another user", () => {
    const other = { ...a, userId: "u-2" };
    const given = { emails: ["A@x.io", "b@x.io"], users: { "a@x.io": a.userId, "b@x.io": b.userId } };
    const mismatch =
      "The address A@x.io belongs to a different user (u-2) than the one in state (user of a@x.io). The provider does not remove u-2.";

    test("removes only the user in state", async () => {
      const declared = { "a@x.io": "viewer" };
      expect(await plan([other, b, moved], given, { declared })).toMatchObject({
        removals: ["remove A@x.io: new@x.io", "remove b@x.io: b@x.io"],
        notes: [mismatch, movedNote.replace("a@x.io", "A@x.io")],
      });
    });

    test("keeps the user in state if the program declares the new address", async () => {
      expect(await plan([other, b, moved], given, { declared: { "new@x.io": "viewer" } })).toMatchObject({
        removals: ["remove b@x.io: b@x.io"],
        notes: [mismatch],
      });
    });

    test("removes no one if the user in state has left", async () => {
      expect(await plan([other, b], given)).toMatchObject({ removals: ["remove b@x.io: b@x.io"], notes: [mismatch] });
    });
  });

  describe("within the limits", () => {
    const keep =
      "To keep these people, set the option `retainOnDelete` on the roster, run `pulumi up`, and then delete the roster.";
    const restore =
      "If the program no longer declares the roster, first restore the declaration. To remove these people,";

    test("is subject to the limits of the roster", async () => {
      await expect(plan([a, b], { maxRemovals: "25%" })).rejects.toThrow(
        new UserError(
          "The change removes or demotes 2 of 3 people (removes a@x.io, b@x.io), but maxRemovals (25%) allows 1. " +
            `${restore} set \`maxRemovals: "100%"\`, run \`pulumi up\`, and then delete the roster. ${keep}`,
        ),
      );
      expect((await plan([a, b], { maxRemovals: "2" })).removals).toHaveLength(2);
      await expect(plan([createMember("a@x.io", "admin")], { minAdmins: 2 })).rejects.toThrow(
        new UserError(
          "The change takes the admin role from a@x.io and leaves 1 admin, but minAdmins requires 2. Invitations do not count. " +
            `${restore} lower \`minAdmins\`, run \`pulumi up\`, and then delete the roster. ${keep}`,
        ),
      );
    });

    test("does not count the owner and the API key's user", async () => {
      const caller = { id: a.userId };
      const { removals } = await plan([a, b], { emails: [owner, "a@x.io", "b@x.io"], maxRemovals: "1" }, { caller });
      expect(removals).toHaveLength(3);
    });

    test("counts the roles that other resources declare for ignored admins", async () => {
      const people = [createMember("a@x.io", "admin"), createMember("p@y.io", "admin")];
      const attempt = (role: string) =>
        plan(people, { minAdmins: 2, ignore: ["*@y.io"] }, { declared: { "p@y.io": role } });
      expect((await attempt("admin")).removals).toEqual(["remove a@x.io: a@x.io"]);
      await expect(attempt("viewer")).rejects.toThrow("leaves 1 admin, but minAdmins requires 2");
    });

    test("keeps undeclared people", async () => {
      expect((await plan([a, c])).removals).toEqual(["remove a@x.io: a@x.io"]);
    });
  });
});

describe("after a deletion", () => {
  const verify = (...people: readonly RosterEntry[]) =>
    verifyRemoved(
      createMemoryClient({ people }).api,
      organizationId,
      [a, b].map((person) => toRemoval({ email: person.email, person })),
    );

  test("the people who left are removed", async () => {
    await expect(verify(c)).resolves.toBeUndefined();
  });

  test("the error names the people who stay", async () => {
    const start = "Peridio accepted the request but did not apply it as requested: ";
    await expect(verify(b, c)).rejects.toThrow(
      new UserError(`${start}b@x.io is still in the organization. Run the command again.`),
    );
    await expect(verify(a, b)).rejects.toThrow(
      new UserError(`${start}a@x.io, b@x.io are still in the organization. Run the command again.`),
    );
  });
});

describe("after a failed deletion", () => {
  const find = async (people: readonly RosterEntry[], leaving: readonly RosterEntry[]) => {
    const { api, requests } = createMemoryClient({ people });
    const gone = await findRemoved(
      api,
      organizationId,
      leaving.map((person) => toRemoval({ email: "declared", person })),
    );
    expect(requests).toEqual([`list pending invitations of ${organizationId}`, `list members of ${organizationId}`]);
    return gone.map(({ person }) => person);
  };

  test("the people whose user and address are not in the organization are gone", async () => {
    const invitation = createInvitation("d@x.io", "viewer");
    expect(await find([a], [a, b, invitation])).toEqual([b, invitation]);
    expect(await find([moved], [a, b])).toEqual([b]);
  });

  test("a person who has accepted in the meantime remains", async () => {
    const accepted = createMember("D@x.io", "viewer");
    expect(await find([accepted], [createInvitation("d@X.io", "viewer"), b])).toEqual([b]);
  });

  test.each([
    [new Error("Peridio failed."), "Peridio failed."],
    ["no answer", "no answer."],
  ])("the error %p names the removed people and the next steps", (error, reason) => {
    const gone = [a, b].map((person) => toRemoval({ email: person.email, person }));
    expect(explainPartialRemoval(error, gone, [])).toEqual(
      new UserError(
        `${reason} The provider already removed these people, although the state still contains them: a@x.io, b@x.io. ` +
          "To continue the deletion, run the command again. To invite these people again, declare the roster and run `pulumi up --refresh`.",
      ),
    );
  });
});
