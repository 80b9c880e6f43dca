import type { RosterEntry } from "../api";
import { endFormerGroups, indexGroups, observeGroups } from "./groups";
import { createInvitation, createMember } from "./testing/sample";

const organization = "prn:1:eec5cabf-c4a8-46ab-ae5a-70ca847d558d";
const [ops, qa] = ["0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e10", "0190f7a4-5f3e-7c1d-8a51-1b2f6f0c9e11"];
const opsId = `${organization}/${ops}`;

/** An invitation of bob with this group. */
const invited = (groupId?: string): RosterEntry => ({
  ...createInvitation("bob@x.io", "viewer"),
  ...(groupId !== undefined && { groupId }),
});

test("groups have their UUIDs, by canonical address", () => {
  expect([...indexGroups({ "Bob@x.io": opsId.toUpperCase(), "eve@x.io": ops, "gina@x.io": null })]).toEqual([
    ["bob@x.io", ops],
    ["eve@x.io", ops],
    ["gina@x.io", null],
  ]);
  expect(indexGroups().size).toBe(0);
});

test("a group that the program no longer declares ends, in any case of the address", () => {
  expect(endFormerGroups({ "Bob@x.io": ops }, { "bob@x.io": qa, "eve@x.io": qa })).toEqual({
    "Bob@x.io": ops,
    "eve@x.io": null,
  });
  expect(endFormerGroups(undefined, { "eve@x.io": qa })).toEqual({ "eve@x.io": null });
  expect(endFormerGroups({ "bob@x.io": ops }, undefined)).toEqual({ "bob@x.io": ops });
});

describe("the group in effect", () => {
  const observe = (declared: unknown, former: unknown, person?: RosterEntry) =>
    observeGroups(declared, former, new Map(person && [["Bob@x.io", person]]));
  const declared = { "bob@X.io": opsId };

  test.each<[string, RosterEntry | undefined, object]>([
    ["of an invitation with the declared group is as declared", invited(ops), declared],
    ["of an invitation with another group is that group", invited(qa), { "bob@X.io": qa }],
    ["of an invitation is absent if the API does not show it", invited(), {}],
    ["of a member is as declared, because Peridio does not know it", createMember("bob@x.io", "viewer"), declared],
    ["of an absent person is absent", undefined, {}],
  ])("%s", (_, person, expected) => {
    expect(observe(declared, undefined, person)).toEqual(expected);
  });

  test("is absent while it is unknown", () => {
    expect(observe({ "bob@x.io": Symbol("unknown") }, undefined, invited(ops))).toEqual({});
  });

  test("stays in the state while the invitation is pending, if the program no longer declares it", () => {
    expect(observe(undefined, { "bob@x.io": opsId }, invited(ops))).toEqual({ "bob@x.io": opsId });
    expect(observe({}, { "bob@x.io": opsId }, invited(ops))).toEqual({ "bob@x.io": opsId });
  });

  test.each<[string, RosterEntry | undefined, unknown]>([
    ["the person has accepted", createMember("bob@x.io", "viewer"), opsId],
    ["the invitation has another group", invited(qa), opsId],
    ["the person is gone", undefined, opsId],
    ["the state has no id", invited(ops), null],
  ])("leaves the state if %s", (_, person, id) => {
    expect(observe(undefined, { "bob@x.io": id }, person)).toBeUndefined();
    expect(observe({}, { "bob@x.io": id }, person)).toEqual({});
  });

  test("is the declared one, even if the state has a former one", () => {
    expect(observe(declared, { "bob@x.io": ops }, invited(ops))).toEqual(declared);
  });

  test("is undefined without groups", () => {
    expect(observe(undefined, undefined, invited(ops))).toBeUndefined();
  });
});
