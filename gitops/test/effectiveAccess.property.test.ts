import * as fc from "fast-check";
import { countCases } from "#testing";
import { describeReason } from "../src/access/reasons";
import { listAllAccess } from "../src/model/effectiveAccess";
import { buildModel } from "../src/model/model";
import { readPreview } from "../src/preview/preview";
import { readReach } from "../src/report/reachInWords";
import { reviewModel } from "../src/review/assemble";
import { review } from "../src/review/review";
import { answer as answerQuestion } from "../src/who/answer";
import { computePreviewAccess } from "../src/who/preview";
import type { Values } from "#framework";
import { createReview, document, organization, type PrintedStep } from "./support/document";
import { idOf, organizationId, uuid } from "./support/objects";

/** Compares the rows of a review with the answers of `who` before and after the change. */

const names = ["bob", "carl", "dora"] as const;
const address = (name: string) => `${name}@acme.example`;
const groupIds = { field: 5, lab: 6 } as const;
const places = [
  { path: "firmware", name: "Project::firmware", id: idOf(1) },
  { path: "firmware/canary", name: "Cohort::canary", id: `${idOf(1)}/${uuid(7)}` },
  { path: "firmware/edge", name: "Cohort::edge", id: `${idOf(1)}/${uuid(8)}` },
  { path: "gateways", name: "Project::gateways", id: idOf(2) },
] as const;

/** A part of a world, which may be absent on one side. */
type Part = Values | undefined;

/** The declarations by the name of their resource. */
type World = Readonly<Record<string, Part>>;

const some = fc.subarray([...names]).map((chosen) => chosen.map(address));

const membership = (name: string): fc.Arbitrary<Part> =>
  fc
    .option(
      fc.record({
        role: fc.constantFrom("member", "member", "admin"),
        status: fc.constantFrom("active", "active", "pending", "expired"),
        group: fc.option(fc.constantFrom(5, 6), { nil: undefined, freq: 3 }),
      }),
      { nil: undefined, freq: 5 },
    )
    .map((one) => {
      if (one === undefined) return undefined;
      const { role, status, group } = one;
      return { email: address(name), role, status, ...(group !== undefined && { groupId: idOf(group) }) };
    });

const place = (path: string, name: string): fc.Arbitrary<Part> =>
  fc
    .record({
      everyoneEnabled: fc.boolean(),
      access: fc.option(
        fc.record({ users: some, groups: fc.subarray([5, 6]).map((digits) => digits.map((digit) => idOf(digit))) }),
        { nil: undefined, freq: 8 },
      ),
    })
    .map(({ everyoneEnabled, access }) => ({
      name: path.split("/").at(-1),
      everyoneEnabled,
      ...(name.startsWith("Cohort") && { projectId: idOf(1) }),
      ...(access !== undefined && { access }),
    }));

const world: fc.Arbitrary<World> = fc.record({
  ...Object.fromEntries(names.map((name) => [`Membership::${name}`, membership(name)])),
  ...Object.fromEntries(
    Object.keys(groupIds).map((name) => [`Group::${name}`, some.map((members) => ({ name, members }))]),
  ),
  ...Object.fromEntries(places.map(({ path, name }) => [name, place(path, name)])),
});

function getResourceId(name: string): string {
  const [, group = ""] = name.split("Group::");
  if (group === "field" || group === "lab") return idOf(groupIds[group]);
  return places.find((one) => one.name === name)?.id ?? `${organizationId}/${name}`;
}

function omit(values: Values, name: string): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => key !== name));
}

/** Returns the preview that leads from one world to another. */
function printPreview(before: World, after: World): string {
  const steps = Object.keys({ ...before, ...after }).flatMap((name): readonly PrintedStep[] => {
    const [prior, present] = [before[name], after[name]];
    if (prior === undefined && present === undefined) return [];
    const toInputs = (part: Values) => omit({ organizationId, ...part }, "status");
    const isSame =
      prior !== undefined &&
      present !== undefined &&
      JSON.stringify(toInputs(prior)) === JSON.stringify(toInputs(present));
    const op = isSame ? "same" : prior === undefined ? "create" : present === undefined ? "delete" : "update";
    return [
      {
        op,
        name,
        before: prior && {
          id: getResourceId(name),
          inputs: toInputs(prior),
          outputs: { ...toInputs(prior), status: prior.status },
        },
        after: present && { inputs: toInputs(present) },
      },
    ];
  });
  return document([organization("acme", 1, { outputs: { tier: "teams" } }), ...steps]);
}

/** Returns a world in which an update sends no new invitations. */
function keep(world: World): World {
  const entries = Object.entries(world);
  return Object.fromEntries(
    entries.map(([name, part]) => [name, part?.status === "expired" ? { ...part, onExpired: "ignore" } : part]),
  );
}

/** Returns who reaches what, according to `who`, as `firmware bob@acme.example`. */
function answer(preview: string): ReadonlySet<string> {
  const model = buildModel([readPreview(preview, "preview.json", "change")], "change");
  const { access } = answerQuestion(computePreviewAccess(model, []), {});
  return new Set(access.map(({ person, object }) => `${object.path} ${person.email}`));
}

/** Splits a row into the pairs of an object and a person. */
function readPairs(words: string, pattern: RegExp): readonly string[] {
  const { objects = "", people = "" } = pattern.exec(words)?.groups ?? {};
  const list = (text: string) => text.split(/, | and /).filter((part) => part !== "");
  return list(objects).flatMap((object) =>
    list(people).map((person) => `${object.replace(/^(project|cohort) /, "")} ${person}`),
  );
}

test("the rows about projects and cohorts are the differences between two answers of `who`", () => {
  fc.assert(
    fc.property(world, world, (before, after) => {
      const preview = printPreview(before, after);
      const reviewed = createReview([readPreview(preview, "preview.json", "change")], "change");
      const [former, present] = [answer(printPreview(keep(before), keep(before))), answer(preview)];
      const rows = reviewed.settings.filter(({ section }) => section === "projects").map(({ words }) => words);
      const list = (...patterns: readonly RegExp[]) =>
        new Set(rows.flatMap((words) => patterns.flatMap((pattern) => readPairs(words, pattern))));
      const gained = list(
        /^Access to (?!.* remains for )(?<objects>.+?) for (?<people>.+?): /,
        /^Join .+?: (?<people>.+?), with access to (?<objects>.+?)\.$/,
      );
      const lost = list(
        /^(?:No more access to|The known access to) (?<objects>.+?)(?: ends)? for (?<people>.+?) \(before/,
        /^(?:Leave|No longer join) .+?: (?<people>.+?), and lose access to (?<objects>.+?)\.$/,
      );
      // A person without a declared membership may be a member, and an open project stays open to members. `who` shows declared access only.
      const remaining = list(/^Access to (?<objects>.+?) remains for (?<people>.+?): /);
      const opened = new Set(
        rows.flatMap(
          (words) => /^Everyone in the organization gets access to (.+)\.$/.exec(words)?.[1]?.split(", ") ?? [],
        ),
      );
      const joined = new Set(
        reviewed.people.filter((one) => one.changed && one.after !== null).map(({ email }) => email),
      );
      const left = new Set(reviewed.people.filter(({ after }) => after === null).map(({ email }) => email));
      for (const pair of present) {
        if (former.has(pair)) continue;
        const [path = "", email = ""] = pair.split(" ");
        const isNamed = gained.has(pair) || joined.has(email);
        const isOpened = [`project ${path}`, `cohort ${path}`].some((object) => opened.has(object));
        if (!isNamed && !isOpened) throw new Error(`${pair} is new, and no row says so:\n${rows.join("\n")}`);
      }
      for (const pair of former) {
        // An invited person was no member, although `who` shows a grant.
        const [, email = ""] = pair.split(" ");
        if ([present, lost, remaining].some((pairs) => pairs.has(pair)) || left.has(email) || joined.has(email))
          continue;
        throw new Error(`${pair} is lost, and no row says so:\n${rows.join("\n")}`);
      }
      // An invited person was no member, although a grant exists.
      const isNew = (pair: string) => !former.has(pair) || joined.has(pair.split(" ")[1] ?? "");
      for (const pair of gained) if (!isNew(pair) || !present.has(pair)) throw new Error(`${pair} is not new`);
      for (const pair of lost) if (!former.has(pair) || present.has(pair)) throw new Error(`${pair} is not lost`);
    }),
    { numRuns: countCases(100) },
  );
});

/** Lists who reaches an object and why, in lines. A review calls an owner an admin, and words an open object in detail. */
function listAccess(entries: Iterable<readonly [words: string, address: string]>): readonly string[] {
  return [
    ...new Set(
      [...entries].map(
        ([words, address]) => `${address} ${words.replace("owner", "admin").replace(/^open to .*/, "open")}`,
      ),
    ),
  ].sort();
}

test("a review contains the effective access to each project and cohort", () => {
  fc.assert(
    fc.property(world, world, (before, after) => {
      const model = buildModel([readPreview(printPreview(before, after), "preview.json", "change")], "change");
      const reach = readReach(review.parse(JSON.parse(JSON.stringify(reviewModel(model)))));
      const objects = [...reach.values()].flatMap((organization) => organization.objects);
      for (const side of ["before", "after"] as const) {
        for (const access of [...listAllAccess(model).values()].flat()) {
          const expected = [...(access[side]?.effective ?? [])].flatMap(([address, reasons]) =>
            reasons.map((reason) => [describeReason(reason), address] as const),
          );
          const [found] = objects.filter(({ path }) => path === access.path);
          const reached = (found?.[side]?.reasons ?? []).flatMap(({ words, people }) =>
            [...people].map((address) => [words, address] as const),
          );
          expect(listAccess(reached)).toEqual(listAccess(expected));
        }
      }
    }),
    { numRuns: countCases(100) },
  );
});
