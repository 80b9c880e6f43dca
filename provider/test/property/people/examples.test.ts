import type { Role } from "../../../src/api";
import { wait } from "../harness/commands";
import { runHistory } from "../harness/randomHistories";
import { changeOutside, type Command, declare, forgetOrganizations, refreshState, up } from "./commands";
import type { Declaration } from "./declarations";
import { onBackend } from "./histories";
import { personChanges, roleChanges } from "./outsideChanges";
import { backends } from "./people";

// The shortest histories that once violated a rule.

const noPeople: Declaration = { memberships: {} };

function roster(members: Readonly<Record<string, Role>>, ignorePartners = true, onExpired?: "ignore"): Declaration {
  const limits = { minAdmins: 1, maxRemovals: "100%", ignorePartners, onExpired };
  return { memberships: {}, roster: { name: "people", members, ...limits } };
}

function membership(name: string, role: Role): Declaration {
  return { memberships: { a: { name, role } } };
}

function histories(low: Role): readonly [fact: string, history: readonly Command[]][] {
  return [
    [
      "removes a member together with a pending invitation at the same address",
      [
        declare("dev", roster({ bob: low, carl: low })),
        up(),
        changeOutside("dev", roleChanges.add("carl", "viewer")),
        declare("dev", roster({ bob: low })),
      ],
    ],
    [
      "deletes a roster after all its people were removed",
      [
        declare("dev", roster({ bob: low })),
        up(),
        declare("dev", roster({ bob: "admin" })),
        up({ faults: [{ on: "write", at: 2, effect: { kind: "kill", when: "before" } }] }),
        declare("dev", noPeople),
      ],
    ],
    [
      "deletes a roster after all its invitations expired",
      [declare("dev", roster({ bob: low, carl: low })), up(), wait(8), declare("dev", noPeople)],
    ],
    [
      "keeps an expired invitation while another person leaves",
      [
        declare("dev", roster({ bob: low, carl: low }, true, "ignore")),
        up(),
        changeOutside("dev", personChanges.accept("bob")),
        wait(8),
        declare("dev", roster({ carl: low }, true, "ignore")),
        up(),
      ],
    ],
    [
      "moves a Membership to another organization after `pulumi state delete` of the Organization",
      [
        declare("dev", membership("ada", "admin")),
        up(),
        forgetOrganizations,
        declare("prod", membership("bob", low)),
        up(),
      ],
    ],
    [
      "refreshes a roster after all its people were removed",
      [
        declare("dev", roster({ bob: low })),
        up(),
        changeOutside("dev", personChanges.revoke("bob")),
        refreshState(),
        refreshState(),
      ],
    ],
    [
      "keeps a Membership in the state if the roster that also declares its person cannot be updated",
      [
        declare("dev", { ...roster({ bob: low }), ...membership("gus", low) }),
        up(),
        declare("dev", roster({ ada: low, bob: low, gus: low }, false)),
        up({ continueOnError: true }),
      ],
    ],
    [
      "adopts a member with the declared role although an invitation has another role",
      [
        up(),
        changeOutside("dev", roleChanges.inviteAsOther("carl", "admin")),
        changeOutside("dev", roleChanges.add("carl", "viewer")),
        declare("dev", roster({ carl: low })),
        up(),
      ],
    ],
    [
      "keeps the role of a person who became the owner",
      [
        declare("dev", membership("bob", "admin")),
        up(),
        changeOutside("dev", personChanges.accept("bob")),
        changeOutside("dev", personChanges.takeOwnership("bob")),
        declare("dev", membership("bob", low)),
        up(),
      ],
    ],
    [
      "restores an organization that the program omits and declares again",
      [
        declare("dev", membership("bob", low)),
        up(),
        declare("dev", { memberships: {}, absent: true }),
        up(),
        declare("dev", membership("bob", low)),
      ],
    ],
  ];
}

describe.each(Object.values(backends))("with $name", (backend) => {
  const [low = "admin"] = backend.roles;

  test.each(histories(low))("%s", async (_fact, history) => {
    expect(await runHistory(onBackend(backend), history)).toBe("in force");
  });
});
