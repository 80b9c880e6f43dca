import fc from "fast-check";
import type { Role as StoredRole } from "#emulator";
import { organizations } from "./declarations";
import { declaration } from "./declarationsDrawn";
import type { Answer, Hand, History, Kind, Mishap, Step, Trouble } from "./history";
import { names } from "./people";
import { belongings } from "./world";

const storedRole: fc.Arbitrary<StoredRole> = fc.constantFrom("viewer", "developer", "manager", "admin");
const who = fc.constantFrom(...names);
/** Mostly the same one, so that things meet. */
const organization = fc.constantFrom(...organizations, "dev", "dev");
const rarely = fc.oneof({ arbitrary: fc.constant(false), weight: 5 }, { arbitrary: fc.constant(true), weight: 1 });

const hand: fc.Arbitrary<Hand> = fc.oneof(
  { arbitrary: fc.record({ what: fc.constant("accept"), who: fc.constantFrom("everybody", ...names) }), weight: 8 },
  {
    arbitrary: fc.record({ what: fc.constantFrom("leave", "remove", "revoke", "new address", "take ownership"), who }),
    weight: 5,
  },
  {
    arbitrary: fc.record({ what: fc.constant("invite"), who, role: storedRole, by: fc.constantFrom("ada", "nobody") }),
    weight: 2,
  },
  {
    arbitrary: fc.record({ what: fc.constantFrom("add", "set role", "another user"), who, role: storedRole }),
    weight: 5,
  },
  { arbitrary: fc.record({ what: fc.constant("limit"), free: fc.constantFrom(0, 1, 2, 40) }), weight: 3 },
  { arbitrary: belonging(fc.constantFrom(1, 2, 0)), weight: 3 },
  { arbitrary: fc.record({ what: fc.constant("two factors"), required: fc.boolean() }), weight: 1 },
  { arbitrary: fc.record({ what: fc.constant("session timeout"), seconds: fc.constant(3600) }), weight: 1 },
);

/** Adds or takes away things that block the deletion of an organization. */
function belonging(count: fc.Arbitrary<number>): fc.Arbitrary<Hand> {
  return fc.record({ what: fc.constant("belongings"), which: fc.constantFrom(...belongings), count });
}

const answer: fc.Arbitrary<Answer> = fc.constantFrom("drop", "500", "503", "html");
const refusal: fc.Arbitrary<Answer> = fc.constantFrom("403", "429", "429 Retry-After 0", "429 Retry-After 1");
const when = fc.constantFrom("before", "after");
/** Once, or for longer than the provider tries. */
const times = fc.constantFrom(1, 4);
const before = fc.constant("before");

const answered = fc.oneof(
  { arbitrary: fc.record({ kind: fc.constant("answer"), answer, when, times }), weight: 5 },
  { arbitrary: fc.record({ kind: fc.constant("answer"), answer: refusal, when: before, times }), weight: 3 },
);

const unread = fc.record({
  kind: fc.constant("answer"),
  answer: fc.oneof(answer, refusal),
  when: before,
  times: fc.constantFrom(4, 4, 1),
});

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { arbitrary: answered, weight: 6 },
  { arbitrary: fc.record({ kind: fc.constant("kill"), when }), weight: 2 },
  { arbitrary: fc.record({ kind: fc.constant("Ctrl-C") }), weight: 1 },
  {
    arbitrary: fc.record({
      kind: fc.constant("meanwhile"),
      organization,
      hand: fc.oneof(
        { arbitrary: fc.record({ what: fc.constantFrom("accept", "leave"), who }), weight: 5 },
        { arbitrary: belonging(fc.constantFrom(0, 1)), weight: 1 },
      ),
    }),
    weight: 2,
  },
);

/** The first read is for the user of the key, and nothing is under way then. */
const misread: fc.Arbitrary<Mishap> = fc.record({
  on: fc.constant("read"),
  at: fc.constantFrom(2, 3, 4, 5),
  what: unread,
});

const mishap: fc.Arbitrary<Mishap> = fc.oneof(
  { arbitrary: fc.record({ on: fc.constant("write"), at: fc.integer({ min: 1, max: 3 }), what: trouble }), weight: 4 },
  { arbitrary: misread, weight: 2 },
  { arbitrary: fc.record({ on: fc.constant("read"), at: fc.integer({ min: 1, max: 5 }), what: trouble }), weight: 1 },
);

function mishapsOf(kind: Kind): fc.Arbitrary<readonly Mishap[]> {
  return kind.mishaps ? fc.array(mishap, { maxLength: 2 }) : fc.constant([]);
}

function upOf(kind: Kind): fc.Arbitrary<Step> {
  const replace = fc.oneof(
    { arbitrary: fc.constant([]), weight: 6 },
    { arbitrary: fc.constantFrom(["a"], ["b"], ["dev-people"], ["dev-policy"]), weight: 1 },
  );
  const mishaps = mishapsOf(kind);
  return fc.record({ do: fc.constant("up"), mishaps, replace, parallel: fc.boolean(), goOn: rarely });
}

function destroyOf(kind: Kind): fc.Arbitrary<Step> {
  const mishaps = mishapsOf(kind);
  return fc.record({ do: fc.constant("destroy"), mishaps, parallel: fc.boolean(), goOn: rarely, refresh: rarely });
}

/** The deletion of an organization is blocked, and tried immediately afterwards. */
function hindered(kind: Kind): fc.Arbitrary<readonly Step[]> {
  const seizure = who.map((name): readonly Hand[] => [
    { what: "add", who: name, role: "admin" },
    { what: "take ownership", who: name },
  ]);
  const hands = fc.oneof(
    { arbitrary: belonging(fc.constantFrom(1, 2)).map((hand): readonly Hand[] => [hand]), weight: 2 },
    { arbitrary: seizure, weight: 1 },
  );
  const leftOut = { memberships: {}, absent: true } as const;
  const attempt = fc.oneof(
    fc.record({ isLeftOut: fc.constant(false), run: destroyOf(kind) }),
    fc.record({ isLeftOut: fc.constant(true), run: upOf(kind) }),
  );
  return fc
    .tuple(organization, hands, attempt)
    .map(([organization, done, { isLeftOut, run }]) => [
      ...done.map((hand): Step => ({ do: "by hand", organization, hand })),
      ...(isLeftOut ? [{ do: "declare", organization, declaration: leftOut } as const] : []),
      run,
    ]);
}

function step(kind: Kind): fc.Arbitrary<Step> {
  const misreads = kind.mishaps ? fc.array(misread, { maxLength: 1 }) : fc.constant([]);
  return fc.oneof(
    { arbitrary: fc.record({ do: fc.constant("declare"), organization, declaration: declaration(kind) }), weight: 6 },
    { arbitrary: upOf(kind), weight: 9 },
    { arbitrary: fc.record({ do: fc.constant("by hand"), organization, hand }), weight: 6 },
    { arbitrary: destroyOf(kind), weight: 2 },
    { arbitrary: fc.record({ do: fc.constantFrom("preview", "refresh"), mishaps: misreads }), weight: 2 },
    {
      arbitrary: fc.oneof(
        { arbitrary: fc.record({ do: fc.constant("wait"), days: fc.constantFrom(1, 8) }), weight: 4 },
        { arbitrary: fc.constant<Step>({ do: "grow old" }), weight: 1 },
      ),
      weight: 1,
    },
    { arbitrary: fc.record({ do: fc.constant("swap"), organization, roles: fc.boolean() }), weight: 1 },
    {
      arbitrary: fc.record({
        do: kind.people === "both" ? fc.constantFrom("rename", "gather", "scatter") : fc.constant("rename"),
        organization,
      }),
      weight: kind.people === "both" ? 2 : 1,
    },
  );
}

/** Organizations, and nobody in them: otherwise the first `up` would mostly be about them. */
const founded: Step = { do: "up", mishaps: [], replace: [], parallel: false, goOn: false };

/** Histories of a kind, some sixteen steps long at most. */
export function histories(kind: Kind): fc.Arbitrary<History> {
  const some = fc.oneof(
    { arbitrary: step(kind).map((one) => [one]), weight: 18 },
    { arbitrary: hindered(kind), weight: 1 },
  );
  const steps = fc.array(some, { minLength: 1, maxLength: 16, size: "max" }).map((parts) => parts.flat());
  return fc.oneof({ arbitrary: steps.map((some) => [founded, ...some]), weight: 4 }, { arbitrary: steps, weight: 1 });
}
