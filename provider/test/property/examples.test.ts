import type { Role } from "../../src/api";
import { backends } from "./backends";
import type { Declaration, OrganizationName } from "./declarations";
import type { Hand, History, Mishap, Step } from "./history";
import { play } from "./play";

// The smallest histories that have once broken a rule.

const nobody: Declaration = { memberships: {} };

const up = (...mishaps: readonly Mishap[]): Step => ({ do: "up", mishaps, replace: [], parallel: false, goOn: false });
const refresh: Step = { do: "refresh", mishaps: [] };

function declare(declaration: Declaration, organization: OrganizationName = "dev"): Step {
  return { do: "declare", organization, declaration };
}

function roster(members: Readonly<Record<string, Role>>, ignorePartners = true): Declaration {
  const rails = { minAdmins: 1, maxRemovals: "100%", ignorePartners };
  return { memberships: {}, roster: { name: "people", members, ...rails } };
}

function membership(person: string, role: Role): Declaration {
  return { memberships: { a: { person, role, ignoreExpired: false } } };
}

function byHand(hand: Hand): Step {
  return { do: "by hand", organization: "dev", hand };
}

function killed(when: "before" | "after", at: number): Mishap {
  return { on: "write", at, what: { kind: "kill", when } };
}

function histories(low: Role): readonly [fact: string, history: History][] {
  return [
    [
      "somebody who was invited and became a member in another way is removed with the invitation",
      [
        declare(roster({ bob: low, carl: low })),
        up(),
        byHand({ what: "add", who: "carl", role: "viewer" }),
        declare(roster({ bob: low })),
      ],
    ],
    [
      "a roster whose people have all gone can be deleted",
      [
        declare(roster({ bob: low })),
        up(),
        declare(roster({ bob: "admin" })),
        up(killed("before", 2)),
        declare(nobody),
      ],
    ],
    [
      "a roster whose invitations have all run out can be deleted",
      [declare(roster({ bob: low, carl: low })), up(), { do: "wait", days: 8 }, declare(nobody)],
    ],
    [
      "a roster whose people have all gone can be refreshed",
      [declare(roster({ bob: low })), up(), byHand({ what: "revoke", who: "bob" }), refresh, refresh],
    ],
    [
      "somebody stays in the state whose Membership goes when the roster that declares them instead cannot be updated",
      [
        declare({
          ...roster({ bob: low }),
          memberships: { a: { person: "gus", role: low, ignoreExpired: false } },
        }),
        up(),
        declare(roster({ ada: low, bob: low, gus: low }, false)),
        { do: "up", mishaps: [], replace: [], parallel: false, goOn: true },
      ],
    ],
    [
      "a new roster takes over a member whose role is the declared one, even with an invitation besides that gives another",
      [
        up(),
        byHand({ what: "invite", who: "carl", role: "admin", by: "nobody" }),
        byHand({ what: "add", who: "carl", role: "viewer" }),
        declare(roster({ carl: low })),
        up(),
      ],
    ],
    [
      "whoever has become the owner keeps the role, whatever is declared",
      [
        declare(membership("bob", "admin")),
        up(),
        byHand({ what: "accept", who: "bob" }),
        byHand({ what: "take ownership", who: "bob" }),
        declare(membership("bob", low)),
        up(),
      ],
    ],
    [
      "an organization that the program leaves out and declares again is the same in the end",
      [
        declare(membership("bob", low)),
        up(),
        declare({ memberships: {}, absent: true }),
        up(),
        declare(membership("bob", low)),
      ],
    ],
  ];
}

describe.each(Object.values(backends))("with $name", (backend) => {
  const [low = "admin"] = backend.roles;

  test.each(histories(low))("%s", async (_fact, history) => {
    expect(await play(history, backend)).toBe("in force");
  });
});
