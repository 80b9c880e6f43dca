import { isEmptyPlan, listAffected, planRemovals, type RosterPlan, toRemoval } from "./steps";
import { createInvitation, createMember } from "./testing/sample";

describe("a plan", () => {
  const [a, b] = [createMember("a@x.io", "viewer"), createInvitation("b@x.io", "admin")];
  const steps = {
    makeRoom: [toRemoval({ email: "a@x.io", person: a })],
    grant: [{ kind: "invite", email: "c@x.io", role: "viewer" }],
    demote: [{ kind: "inviteAgain", email: "b@x.io", person: b, role: "viewer" }],
    remove: [toRemoval({ email: "a@x.io", person: a })],
  } as const satisfies RosterPlan;
  const nothing = planRemovals([]);

  test("is empty without any step", () => {
    expect(nothing).toEqual({ makeRoom: [], grant: [], demote: [], remove: [] });
    expect(isEmptyPlan(nothing)).toBe(true);
    for (const phase of ["makeRoom", "grant", "demote", "remove"] as const) {
      expect(isEmptyPlan({ ...nothing, [phase]: steps[phase] })).toBe(false);
    }
  });

  test("affects the people who are in the organization", () => {
    expect(listAffected(nothing)).toEqual([]);
    expect(listAffected({ ...steps, remove: [] })).toEqual([a, b]);
    expect(listAffected(planRemovals(steps.remove))).toEqual([a]);
  });
});
