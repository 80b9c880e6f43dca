import type { Role } from "../../../emulator/src/state";
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

function byHand(hand: Hand): Step {
  return { do: "by hand", organization: "dev", hand };
}

function killed(when: "before" | "after", at: number): Mishap {
  return { on: "write", at, what: { kind: "kill", when } };
}

const histories: readonly [string, History][] = [
  [
    "somebody who was invited and became a member in another way is removed with the invitation",
    [
      declare(roster({ bob: "viewer", carl: "viewer" })),
      up(),
      byHand({ what: "add", who: "carl", role: "viewer" }),
      declare(roster({ bob: "viewer" })),
    ],
  ],
  [
    "a roster whose people have all gone can be deleted",
    [
      declare(roster({ bob: "viewer" })),
      up(),
      declare(roster({ bob: "admin" })),
      up(killed("before", 2)),
      declare(nobody),
    ],
  ],
  [
    "a roster whose people have all gone can be refreshed",
    [declare(roster({ bob: "viewer" })), up(), byHand({ what: "revoke", who: "bob" }), refresh, refresh],
  ],
  [
    "somebody stays in the state whose Membership goes when the roster that declares them instead cannot be updated",
    [
      declare({
        ...roster({ bob: "viewer" }),
        memberships: { a: { person: "gus", role: "viewer", ignoreExpired: false } },
      }),
      up(),
      declare(roster({ ada: "viewer", bob: "viewer", gus: "viewer" }, false)),
      { do: "up", mishaps: [], replace: [], parallel: false, goOn: true },
    ],
  ],
  [
    "a new roster takes over a member whose role is the declared one, even with an invitation besides that gives another",
    [
      up(),
      byHand({ what: "invite", who: "carl", role: "admin", by: "nobody" }),
      byHand({ what: "add", who: "carl", role: "viewer" }),
      declare(roster({ carl: "viewer" })),
      up(),
    ],
  ],
];

test.each(histories)("%s", async (_fact, history) => {
  expect(await play(history)).toBe("in force");
});
