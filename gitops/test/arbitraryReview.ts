import * as fc from "fast-check";
import { personRoles } from "../src/roles";
import {
  type GroupReview,
  type ObjectReview,
  type PersonReview,
  programSections,
  type ReachReason,
  type Review,
  sections,
} from "../src/review/review";
import { riskNames } from "../src/risks";

/** Characters with a meaning in Markdown, GitHub or GitLab, and invisible ones. */
const pieces = [
  ...[
    "|",
    "\n",
    "\r\n",
    "\t",
    "`",
    "``",
    "```",
    "<b>",
    "</details>",
    "<!--",
    "-->",
    "&lt;",
    "\\",
    "\\|",
    "![x](y)",
    "[x]: y",
  ],
  ...[
    "@ada",
    "ada@acme.example",
    "#12",
    "GH-12",
    "!1",
    "$x$",
    ":smile:",
    "~~x~~",
    "**",
    "_",
    "*",
    "- ",
    "1. ",
    "# ",
    "> ",
    "---",
  ],
  ...[
    "https://evil.example",
    "www.evil.example",
    "/close",
    "deadbeef",
    "\u202e",
    "\u200b",
    "\u00a0",
    "\ud83d\ude00",
    "\ud83d",
  ],
  ...["ada", "Access ends.", " ", "acme-dev", "é", "123"],
];

const texts = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((some) => some.join("")) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((some) => some.join(" ")) },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: fc.constantFrom(...pieces).map((piece) => piece.repeat(400)) },
);

const someRisks = fc
  .subarray([...riskNames], { maxLength: 3 })
  .map((some) => riskNames.filter((risk) => some.includes(risk)));

const keys = ["one", "two", "three", "nowhere"];

function people(): fc.Arbitrary<PersonReview[]> {
  const access = fc.record({
    role: fc.constantFrom(...personRoles, "unknown" as const, "secret" as const),
    status: fc.constantFrom("active" as const, "pending" as const, "expired" as const, "planned" as const),
    owner: fc.boolean(),
  });
  const person = fc.record({
    organization: fc.constantFrom(...keys),
    email: texts,
    before: fc.option(access),
    after: fc.option(access),
    changed: fc.boolean(),
    risks: someRisks,
    notes: fc.array(texts, { maxLength: 2 }),
  });
  const selector = ({ organization, email }: PersonReview) => JSON.stringify([organization, email]);
  return fc
    .tuple(fc.uniqueArray(person, { maxLength: 12, selector }), fc.nat({ max: 60 }))
    .map(([some, times]) =>
      [...Array(times + 1).keys()].flatMap((time) => some.map((one) => ({ ...one, email: `${one.email}${time}` }))),
    );
}

const mark = fc.constantFrom(undefined, true as const);
const somePeople = fc.array(texts, { maxLength: 3 });

function groups(): fc.Arbitrary<GroupReview[]> {
  const side = fc.option(fc.record({ people: somePeople, invited: somePeople, hidden: mark, undeclared: mark }));
  const group = fc.record({ organization: fc.constantFrom(...keys), name: texts, before: side, after: side });
  return fc.uniqueArray(group, {
    maxLength: 4,
    selector: ({ organization, name }) => JSON.stringify([organization, name]),
  });
}

function objects(): fc.Arbitrary<ObjectReview[]> {
  const some = fc.option(somePeople, { nil: undefined });
  const selection = { within: fc.constantFrom(undefined, "project" as const), except: some, people: some };
  const reason: fc.Arbitrary<ReachReason> = fc.oneof(
    fc.record({ kind: fc.constant("role" as const), ...selection }),
    fc.record({ kind: fc.constant("everyone" as const), ...selection }),
    fc.record({ kind: fc.constant("group" as const), group: texts, ...selection }),
    fc.record({ kind: fc.constant("invitation" as const), group: texts, ...selection }),
    fc.record({ kind: fc.constant("user" as const), people: somePeople }),
  );
  const side = fc.option(
    fc.record({
      reasons: fc.array(reason, { maxLength: 4 }),
      hidden: mark,
      undeclaredGrants: mark,
      undeclaredGroups: some,
    }),
  );
  const object = fc.record({
    organization: fc.constantFrom(...keys),
    key: fc.constantFrom(...keys),
    kind: fc.constantFrom("project" as const, "cohort" as const),
    path: texts,
    project: fc.constantFrom(undefined, ...keys),
    before: side,
    after: side,
    released: mark,
  });
  return fc.uniqueArray(object, {
    maxLength: 4,
    selector: ({ organization, key, kind }) => JSON.stringify([organization, key, kind]),
  });
}

/** Any review, with texts that try to break out of a comment. */
export const anyReview: fc.Arbitrary<Review> = fc.record({
  version: fc.constant(4 as const),
  kind: fc.constantFrom("change" as const, "drift" as const),
  stacks: fc.array(texts, { maxLength: 3 }),
  verdict: fc.constantFrom("pass" as const, "needs approval" as const, "refused" as const),
  rules: fc.option(fc.nat()),
  organizations: fc.tuple(
    ...keys.slice(0, 3).map((key) =>
      fc.record({
        key: fc.constant(key),
        name: texts,
        change: fc.constantFrom(...(["created", "deleted", "replaced", "released", "kept"] as const)),
        risks: someRisks,
        complete: fc.boolean(),
        hiddenPeople: fc.nat(),
      }),
    ),
  ),
  people: people(),
  groups: groups(),
  objects: objects(),
  settings: fc.uniqueArray(
    fc.record({
      organization: fc.constantFrom(...keys),
      section: fc.constantFrom(...sections),
      setting: texts,
      words: texts,
      risks: someRisks,
    }),
    {
      maxLength: 8,
      selector: ({ organization, section, setting }) => JSON.stringify([organization, section, setting]),
    },
  ),
  conflicts: fc.array(
    fc.record({
      organization: fc.constantFrom(...keys),
      people: fc.array(texts, { maxLength: 3 }),
      stacks: fc.array(texts, { maxLength: 3 }),
      message: texts,
    }),
    { maxLength: 4 },
  ),
  violations: fc.uniqueArray(
    fc.record(
      {
        rule: texts,
        severity: fc.constantFrom(...(["refuse", "approve", "note"] as const)),
        message: texts,
        explanation: texts,
        organizations: fc.array(texts, { maxLength: 3 }),
        people: fc.array(texts, { maxLength: 14 }),
        before: fc.boolean(),
      },
      { requiredKeys: ["rule", "severity", "message", "organizations", "people", "before"] },
    ),
    { maxLength: 6, selector: ({ rule, message }) => JSON.stringify([rule, message]) },
  ),
  unknowns: fc.array(texts, { maxLength: 5 }),
  remarks: fc.array(
    fc.oneof(
      fc.record({ severity: fc.constantFrom("info" as const, "warning" as const), about: texts, text: texts }),
      fc.record(
        {
          severity: fc.constant("warning" as const),
          about: texts,
          text: texts,
          organization: texts,
          people: fc.array(texts, { minLength: 1, maxLength: 14 }),
          risks: fc.tuple(fc.constant("warnsOfPeople" as const)),
        },
        { requiredKeys: ["severity", "about", "text", "people"] },
      ),
    ),
    { maxLength: 4 },
  ),
  programChanges: fc.array(
    fc.record({
      stack: fc.option(texts),
      section: fc.constantFrom(...programSections),
      subject: texts,
      words: texts,
      risks: someRisks,
    }),
    { maxLength: 4 },
  ),
  evidence: fc.record({
    commit: fc.option(texts),
    previews: fc.array(fc.record({ stack: texts, digest: texts }), { maxLength: 3 }),
    rules: fc.option(texts),
  }),
});
