import fc from "fast-check";
import { type Invitation, type Member, type RosterEntry, type Role, roles } from "../../api";
import { matching } from "./roster";
import {
  declaredPlaces,
  keepWithin,
  newcomers,
  removing,
  rosterChange,
  type RosterChange,
  type Situation,
  type Step,
  undeclaredPlaces,
  withinSeats,
} from "./rosterChange";

const organizationId = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";

function active(email: string, role: Role, isOwner = false): Member {
  return {
    kind: "member",
    organizationId,
    userId: `user of ${email}`,
    email,
    role,
    isOwner,
    username: null,
    name: null,
    twoFactorEnabled: true,
    lastActiveAt: null,
  };
}

function invited(email: string, role: Role, status: Invitation["status"] = "pending"): Invitation {
  const expiresAt = "2026-01-08T00:00:00Z";
  return { kind: "invitation", organizationId, id: `for ${email}`, email, role, status, invitedBy: null, expiresAt };
}

const nobody: ReadonlySet<string> = new Set();
const owner = active("owner@x.io", "admin", true);

function situation(
  wanted: Record<string, Role>,
  people: readonly RosterEntry[],
  ignore: readonly string[] = [],
): Situation {
  return {
    wanted,
    people: [owner, ...people].map((place) => ({ email: place.email, place })),
    strays: [],
    fixed: ({ isOwner }) => isOwner,
    ignored: matching(ignore),
  };
}

function text(step: Step): string {
  return [step.kind, step.email, ...("role" in step ? [step.role] : [])].join(" ");
}

function texts(change: RosterChange): Record<string, string[]> {
  const phases = Object.entries(change).map(
    ([name, steps]: [string, readonly Step[]]) => [name, steps.map(text)] as const,
  );
  return Object.fromEntries(phases.filter(([, steps]) => steps.length > 0));
}

const change = (...given: Parameters<typeof situation>) => texts(rosterChange(situation(...given)));

describe("what has to be done", () => {
  test.each<[string, Record<string, Role>, RosterEntry[], Record<string, string[]>]>([
    ["nothing for who is as wanted", { "a@x.io": "viewer" }, [active("a@x.io", "viewer")], {}],
    ["nothing for who waits as wanted", { "a@x.io": "viewer" }, [invited("a@x.io", "viewer")], {}],
    ["nothing for another letter case", { "A@X.io": "viewer" }, [active("a@x.IO", "viewer")], {}],
    ["who is not there is invited", { "a@x.io": "viewer" }, [], { give: ["invite a@x.io viewer"] }],
    ["who goes up is given", { "a@x.io": "admin" }, [active("a@x.io", "manager")], { give: ["setRole a@x.io admin"] }],
    [
      "who goes down is demoted",
      { "a@x.io": "viewer" },
      [active("a@x.io", "developer")],
      { demote: ["setRole a@x.io viewer"] },
    ],
    [
      "a manager is more than a developer",
      { "a@x.io": "manager" },
      [active("a@x.io", "developer")],
      { give: ["setRole a@x.io manager"] },
    ],
    [
      "who waits and goes up is invited again",
      { "a@x.io": "admin" },
      [invited("a@x.io", "viewer")],
      { give: ["inviteAgain a@x.io admin"] },
    ],
    [
      "who waits and goes down is demoted so",
      { "a@x.io": "viewer" },
      [invited("a@x.io", "admin")],
      { demote: ["inviteAgain a@x.io viewer"] },
    ],
    [
      "an invitation that ran out is sent again",
      { "a@x.io": "viewer" },
      [invited("a@x.io", "viewer", "expired")],
      { give: ["inviteAgain a@x.io viewer"] },
    ],
    [
      "one that ran out takes nothing, whatever its role",
      { "a@x.io": "viewer" },
      [invited("a@x.io", "admin", "expired")],
      { give: ["inviteAgain a@x.io viewer"] },
    ],
    [
      "who is not declared goes",
      {},
      [active("a@x.io", "admin"), invited("b@x.io", "viewer")],
      { remove: ["remove a@x.io", "remove b@x.io"] },
    ],
    ["the owner stays", { "a@x.io": "viewer" }, [active("a@x.io", "viewer")], {}],
  ])("%s", (_, wanted, people, expected) => {
    expect(change(wanted, people)).toEqual(expected);
  });

  test("who is ignored stays, whatever the letter case", () => {
    expect(change({}, [active("a@Partner.io", "admin"), active("b@x.io", "viewer")], ["*@partner.io"])).toEqual({
      remove: ["remove b@x.io"],
    });
  });

  test("declared people are found under the names that the roster gives them", () => {
    const found = situation({ "A@x.io": "viewer", "b@x.io": "viewer" }, [
      active("a@x.io", "admin"),
      invited("c@x.io", "viewer"),
    ]);
    expect([...declaredPlaces(found)].map(([name, { email }]) => [name, email])).toEqual([["A@x.io", "a@x.io"]]);
    expect(undeclaredPlaces(found).map(({ email }) => email)).toEqual(["c@x.io"]);
  });
});

describe("patterns", () => {
  test.each([
    ["*@partner.io", "a@partner.io", true],
    ["*@partner.io", "a@partner.io.evil.io", false],
    ["*@partner.io", "a@partnerxio", false],
    ["a+*@x.io", "a+b@x.io", true],
    ["a+*@x.io", "aab@x.io", false],
    ["a@x.io", "A@X.IO", true],
    ["a@x.io", "ba@x.io", false],
  ])("%s and %s: %p", (pattern, email, matches) => {
    expect(matching([pattern])(email)).toBe(matches);
  });

  test("no patterns match nobody", () => {
    expect(matching(undefined)("a@x.io")).toBe(false);
  });
});

describe("seats", () => {
  const people = [
    active("a@x.io", "viewer"),
    active("b@x.io", "developer"),
    active("c@x.io", "admin"),
    invited("d@x.io", "admin"),
  ];
  const seats = (limit: number, ...double: string[]) => ({ limit, members: 4, pending: 1, double: new Set(double) });
  const wanted = (count: number): Record<string, Role> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`new${index}@x.io`, "viewer"]));

  test("with room for everybody nothing goes first", () => {
    const planned = rosterChange(situation(wanted(2), people));
    expect(withinSeats(planned, seats(7))).toEqual(planned);
  });

  test("invitations go first, then who may do least, and only as many as needed", () => {
    const planned = rosterChange(situation(wanted(2), people));
    expect(texts(withinSeats(planned, seats(6)))).toMatchObject({
      makeRoom: ["remove d@x.io"],
      remove: ["remove a@x.io", "remove b@x.io", "remove c@x.io"],
    });
    expect(texts(withinSeats(planned, seats(5)))).toMatchObject({ makeRoom: ["remove d@x.io", "remove a@x.io"] });
  });

  test("with three short, everybody but the admin goes first", () => {
    const planned = rosterChange(situation(wanted(3), people));
    expect(texts(withinSeats(planned, seats(5)))).toMatchObject({
      makeRoom: ["remove d@x.io", "remove a@x.io", "remove b@x.io"],
      remove: ["remove c@x.io"],
    });
  });

  test("a member who has an invitation besides makes room for two, and nobody goes first who is not needed", () => {
    const full = { ...seats(6, "a@x.io"), pending: 2 };
    const planned = (count: number) => texts(withinSeats(rosterChange(situation(wanted(count), people)), full));
    expect(planned(1)).toMatchObject({ makeRoom: ["remove d@x.io"] });
    expect(planned(2)).toMatchObject({ makeRoom: ["remove a@x.io"] });
    expect(planned(4)).toMatchObject({ makeRoom: ["remove d@x.io", "remove a@x.io", "remove b@x.io"] });
    expect(() => planned(5)).toThrow("3 removals can go first, so 1 seat is missing.");
  });

  test("an admin never makes room: the number that is missing is named", () => {
    const planned = rosterChange(situation(wanted(5), people));
    expect(() => withinSeats(planned, seats(5))).toThrow(
      "the organization has 5 seats. Members take 4 and pending invitations 1, so 5 more people do not fit. " +
        "3 removals can go first, so 2 seats are missing. Have Peridio raise the limit, or declare fewer people.",
    );
  });

  test("with nobody who can make room it is said so", () => {
    const planned = rosterChange(situation({ "new@x.io": "viewer" }, [active("c@x.io", "admin")]));
    expect(() => withinSeats(planned, { limit: 2, members: 2, pending: 0, double: nobody })).toThrow(
      "so 1 more person does not fit. No removal can make room, so 1 seat is missing. Have Peridio",
    );
  });

  test("who waits has a seat already, and an invitation that ran out has none", () => {
    const found = situation({ "a@x.io": "admin", "b@x.io": "viewer", "c@x.io": "viewer" }, [
      invited("a@x.io", "viewer"),
      invited("b@x.io", "viewer", "expired"),
    ]);
    expect(newcomers(rosterChange(found)).map(({ email }) => email)).toEqual(["b@x.io", "c@x.io"]);
  });

  test("an organization that is over its limit already refuses nothing but newcomers", () => {
    const planned = rosterChange(situation({ "a@x.io": "viewer" }, [active("a@x.io", "admin")]));
    expect(withinSeats(planned, { limit: 1, members: 2, pending: 0, double: nobody })).toEqual(planned);
  });
});

describe("rails", () => {
  const check = (found: Situation, rails: Partial<Parameters<typeof keepWithin>[2]> = {}) => {
    keepWithin(rosterChange(found), found, { minAdmins: 1, maxRemovals: "100%", elsewhere: () => undefined, ...rails });
  };
  const four = [active("a@x.io", "viewer"), active("b@x.io", "viewer"), active("c@x.io", "viewer")];

  test("an invitation that has expired is no loss, and a deletion names its own remedies", () => {
    const found = situation({}, [invited("y@x.io", "viewer", "expired"), ...four]);
    const going = found.people.map((one) => ({ kind: "remove", ...one }) as const);
    const expired = going.filter(({ place }) => place.kind === "invitation");
    const rails = { minAdmins: 1, maxRemovals: "0", elsewhere: () => undefined };
    const remedies = { maxRemovals: "Set another limit.", minAdmins: "Make an admin." };
    expect(expired).toHaveLength(1);
    expect(() => {
      keepWithin(removing(expired), found, rails);
    }).not.toThrow();
    expect(() => {
      keepWithin(removing(going), found, { ...rails, remedies });
    }).toThrow(/^4 of 4 people would .* \(0\) allows 0\. Set another limit\.$/);
  });

  test.each([
    ["25%", 1],
    ["26%", 2],
    ["50%", 2],
    ["0%", 1],
    ["100%", 4],
    ["0", 0],
    ["3", 3],
  ])("%s of four people is %i", (maxRemovals, allowed) => {
    const keep = (count: number): Record<string, Role> =>
      Object.fromEntries(four.slice(0, 3 - count).map(({ email }) => [email, "viewer"]));
    for (const count of [1, 2, 3]) {
      const attempt = () => {
        check(situation(keep(count), four), { maxRemovals });
      };
      if (count <= allowed) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(`${count} of 4 people would be removed or get a lower role`);
    }
  });

  test("invitations that have run out are not people who are there", () => {
    const found = situation({ "z@x.io": "viewer" }, [...four, invited("z@x.io", "viewer", "expired")]);
    expect(() => {
      check(found, { maxRemovals: "50%" });
    }).toThrow(
      "3 of 4 people would be removed or get a lower role (a@x.io, b@x.io, c@x.io), and maxRemovals (50%) allows 2. " +
        "If that is right, raise maxRemovals for this change.",
    );
  });

  test("who is ignored does not widen what may be done to the others", () => {
    const partners = ["p1@y.io", "p2@y.io", "p3@y.io", "p4@y.io"].map((email) => active(email, "viewer"));
    const found = situation({}, [...four, ...partners], ["*@y.io"]);
    expect(() => {
      check(found, { maxRemovals: "25%" });
    }).toThrow("3 of 4 people would be removed or get a lower role (a@x.io, b@x.io, c@x.io), and maxRemovals (25%)");
  });

  test("an ignored admin whom another declaration demotes is none of those who are left", () => {
    const found = situation({}, [active("a@x.io", "admin"), active("p@y.io", "admin")], ["*@y.io"]);
    const two = { minAdmins: 2 };
    expect(() => {
      check(found, two);
    }).not.toThrow();
    expect(() => {
      check(found, { ...two, elsewhere: () => "admin" });
    }).not.toThrow();
    expect(() => {
      check(found, { ...two, elsewhere: (email) => (email === "p@y.io" ? "viewer" : undefined) });
    }).toThrow("1 admin would be left without a@x.io, and minAdmins asks for 2");
  });

  test("another declaration counts for admins who are ignored alone", () => {
    const people = [active("a@x.io", "admin"), active("b@x.io", "admin"), active("p@y.io", "viewer")];
    expect(() => {
      check(situation({ "b@x.io": "admin" }, people, ["*@y.io"]), { minAdmins: 2, elsewhere: () => "developer" });
    }).not.toThrow();
  });

  test("removals that make room count too", () => {
    const found = situation({ "z@x.io": "viewer" }, four);
    const planned = withinSeats(rosterChange(found), { limit: 4, members: 4, pending: 0, double: nobody });
    expect(planned.makeRoom).toHaveLength(1);
    expect(() => {
      keepWithin(planned, found, { minAdmins: 1, maxRemovals: "2", elsewhere: () => undefined });
    }).toThrow("3 of 4 people");
  });

  test("of long lists ten names are told", () => {
    const some = (length: number) => Array.from({ length }, (_, index) => active(`p${index}@x.io`, "viewer"));
    const attempt = (count: number) => () => {
      check(situation({}, some(count)), { maxRemovals: "1" });
    };
    expect(attempt(10)).toThrow("p8@x.io, p9@x.io), and");
    expect(attempt(13)).toThrow("p8@x.io, p9@x.io and 3 more), and");
  });

  describe("of people with former addresses", () => {
    test("who would come with an invitation there counts among those who may go", () => {
      const strays = ["b@x.io", "c@x.io", "d@x.io"].map((email) => invited(email, "viewer"));
      const found = { ...situation({ "a@x.io": "viewer" }, [active("a@x.io", "viewer")]), strays };
      expect(() => {
        check(found, { maxRemovals: "50%" });
      }).not.toThrow();
      expect(() => {
        check(found, { maxRemovals: "40%" });
      }).toThrow("3 of 5 people");
    });

    test("who is declared counts, though the new one is matched by `ignore`", () => {
      const found = situation({ "a@x.io": "viewer" }, [active("b@x.io", "viewer")], ["*@partner.example"]);
      const moved = { email: "a@x.io", place: active("a@partner.example", "viewer") };
      expect(() => {
        check({ ...found, people: [...found.people, moved] }, { maxRemovals: "0" });
      }).toThrow("1 of 3 people");
    });
  });

  test.each<[string, Record<string, Role>, RosterEntry[], number, boolean]>([
    ["the last but the owner may go", {}, [active("a@x.io", "admin")], 1, true],
    ["with two wanted it may not", {}, [active("a@x.io", "admin")], 2, false],
    [
      "a promotion makes up for it",
      { "b@x.io": "admin" },
      [active("a@x.io", "admin"), active("b@x.io", "viewer")],
      2,
      true,
    ],
    [
      "an invitation does not",
      { "b@x.io": "admin" },
      [active("a@x.io", "admin"), invited("b@x.io", "admin")],
      2,
      false,
    ],
    ["a demotion counts like a removal", { "a@x.io": "manager" }, [active("a@x.io", "admin")], 2, false],
    [
      "too few from the start is no reason to refuse what takes nobody's admin role",
      { "a@x.io": "viewer" },
      [active("a@x.io", "developer")],
      3,
      true,
    ],
    ["a revoked invitation of an admin takes none", {}, [invited("a@x.io", "admin")], 1, true],
  ])("%s", (_, wanted, people, minAdmins, allowed) => {
    const attempt = () => {
      check(situation(wanted, people), { minAdmins });
    };
    if (allowed) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(/1 admin would be left without a@x\.io, and minAdmins asks for 2/);
  });

  test("it is said which admins would be missing, and how many would be left; only members who become admins make up", () => {
    const found = situation({ "d@x.io": "admin", "new@x.io": "admin", "e@x.io": "manager", "f@x.io": "admin" }, [
      active("a@x.io", "admin"),
      active("b@x.io", "admin"),
      active("c@x.io", "viewer"),
      active("d@x.io", "viewer"),
      active("e@x.io", "viewer"),
      invited("f@x.io", "viewer"),
    ]);
    expect(() => {
      check(found, { minAdmins: 3 });
    }).toThrow(
      "2 admins would be left without a@x.io, b@x.io, and minAdmins asks for 3; invitations do not count. " +
        "Make another member an admin first, or lower minAdmins.",
    );
  });

  test("the owner keeps the role admin", () => {
    expect(() => {
      check(situation({ "OWNER@x.io": "manager" }, []));
    }).toThrow("owner@x.io owns the organization, and so keeps the role admin: declare that instead of manager");
  });

  test("the key's own user keeps the role it has", () => {
    const me = active("me@x.io", "admin");
    const found = {
      ...situation({ "me@x.io": "viewer" }, [me]),
      fixed: (member: Member) => member.email === "me@x.io",
    };
    expect(() => {
      check(found);
    }).toThrow("me@x.io is the user of this API key, and so keeps the role admin");
  });
});

describe("whatever is there and whatever is wanted", () => {
  const email = fc.constantFrom("a@x.io", "b@x.io", "c@x.io", "d@x.io", "e@x.io");
  const role = fc.constantFrom(...roles);
  const place = fc.oneof(
    fc.tuple(email, role).map(([email, role]) => active(email, role)),
    fc.tuple(email, role).map(([email, role]) => invited(email, role)),
  );
  const people = fc.uniqueArray(place, { selector: ({ email }) => email });
  const wanted = fc.dictionary(email, role);

  /** What the roles are once a change is carried out. */
  function after({ people }: Situation, { makeRoom, give, demote, remove }: RosterChange): Situation["wanted"] {
    const result = new Map(people.map(({ email, place }) => [email, place.role]));
    for (const step of [...makeRoom, ...give, ...demote, ...remove]) {
      if (step.kind === "remove") result.delete(step.email);
      else result.set(step.email, step.role);
    }
    return Object.fromEntries(result);
  }

  test("the change ends at what is wanted, and the owner is there", () => {
    fc.assert(
      fc.property(wanted, people, (wanted, people) => {
        const found = situation(wanted, people);
        expect(after(found, rosterChange(found))).toEqual({ ...wanted, "owner@x.io": "admin" });
      }),
    );
  });

  test("with seats for what is wanted in the end, no step takes more seats than there are", () => {
    fc.assert(
      fc.property(wanted, people, fc.nat(4), (wanted, people, spare) => {
        const found = situation(wanted, people);
        const planned = rosterChange(found);
        const there = found.people.length;
        const limit = there + spare;
        const members = found.people.filter(({ place }) => place.kind === "member").length;
        let room: RosterChange;
        try {
          room = withinSeats(planned, { limit, members, pending: there - members, double: nobody });
        } catch {
          // Only admins could have made room.
          const others = planned.remove.filter(({ place }) => place.kind === "invitation" || place.role !== "admin");
          expect(others.length).toBeLessThan(newcomers(planned).length - spare);
          return;
        }
        expect(there - room.makeRoom.length + newcomers(room).length).toBeLessThanOrEqual(limit);
        expect(after(found, room)).toEqual(after(found, planned));
      }),
    );
  });
});
