import * as fc from "fast-check";
import { countCases } from "#testing";
import { z } from "zod";
import { Emulator } from "#emulator";
import type { Values } from "#framework";
import { combineRules, type KnownRules, type RulesInForce } from "../src/model/tunnels";
import { organization, review } from "./support/document";
import { idOf, step, uuid } from "./support/objects";

// N5, in these words: a cohort only tightens the policy of the organization. The shorter TTL, the longer backoff and the lower
// concurrency win, a reason is required if either policy requires one, the cohort's allowlist replaces the organization's, and an
// unset field inherits. No tunnel lasts longer than an hour. Any entry of the windows blocks all tunnels.

/** A complete policy, in the words of Peridio. */
interface Stated {
  readonly ttl: number | null;
  readonly backoff: number | null;
  readonly concurrent: number | null;
  readonly cidrs: readonly string[] | null;
  readonly reason: boolean | null;
  readonly windows: readonly string[] | null;
}

const unset = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 3 });

const stated: fc.Arbitrary<Stated> = fc.record({
  ttl: unset(fc.constantFrom(60, 600, 3599, 3600, 3601, 86_400)),
  backoff: unset(fc.constantFrom(0, 1, 60, 86_400)),
  concurrent: unset(fc.integer({ min: 1, max: 10 })),
  cidrs: unset(fc.subarray(["203.0.113.0/24", "198.51.100.0/24", "2001:db8::/32"])),
  reason: unset(fc.boolean()),
  windows: unset(fc.subarray(["{}", '{"days":["mon"]}'])),
});

/** Returns the rules in force, from the words of N5. */
function apply(ofOrganization: Stated, ofCohort: Stated) {
  let { ttl, backoff, concurrent, cidrs, reason } = ofOrganization;
  if (ofCohort.ttl !== null && (ttl === null || ofCohort.ttl < ttl)) ttl = ofCohort.ttl;
  if (ofCohort.backoff !== null && (backoff === null || ofCohort.backoff > backoff)) backoff = ofCohort.backoff;
  if (ofCohort.concurrent !== null && (concurrent === null || ofCohort.concurrent < concurrent))
    concurrent = ofCohort.concurrent;
  if (ofCohort.cidrs !== null) cidrs = ofCohort.cidrs;
  if (ofCohort.reason === true) reason = true;
  const isBlocked = [ofOrganization, ofCohort].some(({ windows }) => windows !== null && windows.length > 0);
  return { ttl, backoff, concurrent, cidrs, isReasonRequired: reason === true, isBlocked };
}

function toRules({ ttl, backoff, concurrent, cidrs, reason, windows }: Stated): KnownRules {
  return {
    maxTtlSeconds: ttl,
    backoffSeconds: backoff,
    maxConcurrent: concurrent,
    cidrAllowlist: cidrs,
    requireReason: reason,
    allowedWindows: windows,
  };
}

test("known policies give the rules in force of the guide", () => {
  fc.assert(
    fc.property(stated, stated, (one, other) => {
      const { ttl, backoff, concurrent, cidrs, isReasonRequired, isBlocked } = apply(one, other);
      expect(combineRules(toRules(one), toRules(other))).toMatchObject({
        maxTtlSeconds: { value: Math.min(ttl ?? 3600, 3600) },
        backoffSeconds: { value: backoff },
        maxConcurrent: { value: concurrent },
        cidrAllowlist: cidrs,
        requireReason: isReasonRequired,
        isBlocked,
      });
    }),
  );
});

/** Names of rules that a preview does not show. */
const hidden = stated.chain((policy) => fc.subarray(Object.keys(toRules(policy))));

/** Returns the statements about rules in force that a complete policy refutes. */
function findRefuted(answer: RulesInForce, { ttl, backoff, concurrent, ...actual }: ReturnType<typeof apply>) {
  const cap = Math.min(ttl ?? 3600, 3600);
  const isOpen = <T>(said: T | undefined, value: T) => said === undefined || fc.stringify(said) === fc.stringify(value);
  const { maxTtlSeconds, backoffSeconds, maxConcurrent } = answer;
  return {
    ttl: !isOpen(maxTtlSeconds.value, cap) || cap > (maxTtlSeconds.limit ?? Infinity),
    backoff: !isOpen(backoffSeconds.value, backoff) || (backoff ?? 0) < (backoffSeconds.limit ?? 0),
    concurrent:
      !isOpen(maxConcurrent.value, concurrent) || (concurrent ?? Infinity) > (maxConcurrent.limit ?? Infinity),
    cidrs: !isOpen(answer.cidrAllowlist, actual.cidrs),
    reason: !isOpen(answer.requireReason, actual.isReasonRequired),
    windows: !isOpen(answer.isBlocked, actual.isBlocked),
  };
}

test("what is said about unknown policies is true for each of them", () => {
  const hide = (rules: KnownRules, names: readonly string[]): KnownRules =>
    Object.fromEntries(Object.entries(rules).filter(([name]) => !names.includes(name)));
  const nothing = { ttl: false, backoff: false, concurrent: false, cidrs: false, reason: false, windows: false };
  fc.assert(
    fc.property(stated, stated, hidden, hidden, (one, other, ofOrganization, ofCohort) => {
      const answer = combineRules(hide(toRules(one), ofOrganization), hide(toRules(other), ofCohort));
      expect(findRefuted(answer, apply(one, other))).toEqual(nothing);
    }),
  );
});

test("the emulator resolves the policy of a cohort in the same way", async () => {
  const emulator = new Emulator({ apiKey: "key" });
  await emulator.control.createOrganization("acme");
  const { access } = emulator.control;
  const project = access.addProject("firmware", "acme");
  const cohort = access.addCohort("canary", "firmware", "acme");
  const { id } = emulator.control.getOrganization("acme");
  const call = async (method: string, path: string, body?: object) => {
    const headers = { authorization: "Bearer key" };
    const request = new Request(`http://emulator/api/orgs/${id}${path}/tunnel-policy`, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return emulator.handle(request);
  };
  const put = async (path: string, { ttl, backoff, concurrent, cidrs, reason, windows }: Stated) => {
    const { status } = await call("PUT", path, {
      tunnel_policy: {
        max_ttl_seconds: ttl,
        backoff_seconds: backoff,
        max_concurrent: concurrent,
        cidr_allowlist: cidrs,
        require_reason: reason,
        allowed_windows: windows?.map((window): unknown => JSON.parse(window)) ?? null,
      },
    });
    expect(status).toBe(200);
  };
  const resolved = z.object({ data: z.object({ resolved: z.record(z.string(), z.unknown()) }) });
  await fc.assert(
    fc.asyncProperty(stated, stated, async (one, other) => {
      const path = `/projects/${project}/cohorts/${cohort}`;
      await put("", one);
      await put(path, other);
      const { ttl, backoff, concurrent, cidrs, isReasonRequired, isBlocked } = apply(one, other);
      const { data } = resolved.parse(await (await call("GET", path)).json());
      const { require_reason, allowed_windows, ...numbers } = data.resolved;
      expect(numbers).toEqual({
        max_ttl_seconds: ttl,
        backoff_seconds: backoff,
        max_concurrent: concurrent,
        cidr_allowlist: cidrs,
      });
      expect([require_reason === true, Array.isArray(allowed_windows) && allowed_windows.length > 0]).toEqual([
        isReasonRequired,
        isBlocked,
      ]);
    }),
    { numRuns: countCases(20) },
  );
});

test("a review shows exactly the rules in force that differ", () => {
  const cohortId = `${idOf(1)}/${uuid(2)}`;
  const declare = (policy: Stated): Values =>
    Object.fromEntries(Object.entries(toRules(policy)).filter(([, rule]) => rule !== null));
  fc.assert(
    fc.property(stated, stated, stated, stated, (one, other, former, present) => {
      const { settings } = review([
        organization("acme", 1),
        step("TunnelPolicy::tunnels", 3, declare(one), declare(other)),
        step("TunnelPolicy::canary", 4, { cohortId, ...declare(former) }, { cohortId, ...declare(present) }),
      ]);
      const row = settings.find(({ words }) => words.startsWith("Rules in force"))?.words ?? "";
      const changed = row
        .split(". ")
        .flatMap((part) => (part.includes("→") ? [part.replace(/^.*cohort \S+ /, "").split(":")[0]] : []));
      const [before, after] = [apply(one, former), apply(other, present)];
      const cap = ({ ttl }: typeof before) => Math.min(ttl ?? 3600, 3600);
      const differs = (a: unknown, b: unknown) => fc.stringify(a) !== fc.stringify(b);
      expect(changed).toEqual([
        ...(cap(before) === cap(after) ? [] : ["Longest tunnel"]),
        ...(before.backoff === after.backoff ? [] : ["Pause between tunnels"]),
        ...(before.concurrent === after.concurrent ? [] : ["Tunnels at once"]),
        ...(differs(before.cidrs, after.cidrs) ? ["Allowlist of tunnels"] : []),
        ...(before.isReasonRequired === after.isReasonRequired ? [] : ["Reason"]),
        ...(before.isBlocked === after.isBlocked ? [] : ["Windows"]),
      ]);
    }),
  );
});
