import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../src/program";
import { findDifferences } from "../src/review/differences";
import type { PersonReview, Review } from "../src/review/review";
import { nothing, small } from "./reviews";
import { fakeTerminal } from "./support/terminal";

const [dev] = small.organizations;
const eve: PersonReview = {
  organization: dev?.key ?? "",
  email: "eve@partner.example",
  before: { role: "admin", status: "active", owner: false },
  after: null,
  changed: true,
  risks: ["removesAdmin"],
  notes: [],
};

function without(email: string, review: Review): Review {
  return { ...review, people: review.people.filter((one) => one.email !== email) };
}

test("accepts the same change after people accept invitations or rules pass again", () => {
  const accepted = small.people.map((one) => ({
    ...one,
    before: one.before && { ...one.before, status: "pending" as const },
  }));
  expect(findDifferences({ ...small, people: accepted }, { ...small, violations: [] })).toEqual([]);
});

test("reports a person that the reviewed change did not have", () => {
  expect(findDifferences(small, { ...small, people: [...small.people, eve] })).toEqual([
    `eve@partner.example in ${dev?.name ?? ""}: admin → no access. This change was not reviewed.`,
  ]);
});

test("reports a change without effect, or with another effect", () => {
  const reviewed = { ...nothing, people: [eve] };
  const after = { role: "viewer", status: "active", owner: true } as const;
  expect(findDifferences(reviewed, nothing)).toEqual([
    `eve@partner.example in ${dev?.name ?? ""}: no change. Reviewed: admin → no access.`,
  ]);
  expect(findDifferences(reviewed, { ...nothing, people: [{ ...eve, after }] })).toEqual([
    `eve@partner.example in ${dev?.name ?? ""}: admin → viewer (owner). Reviewed: admin → no access.`,
  ]);
});

test("after a failure, accepts reviewed changes that are in force, and no other difference", () => {
  const find = (reviewed: Review, now: Review) => findDifferences(reviewed, now, true);
  const name = dev?.name ?? "";
  const after = { role: "viewer", status: "active", owner: false } as const;
  const lowered = { ...eve, after };
  const reviewed = { ...small, people: [...small.people, lowered] };
  const inForce = { ...lowered, before: after, changed: false, risks: [] };
  expect(find(reviewed, { ...small, people: [...small.people, inForce] })).toEqual([]);
  expect(find(reviewed, { ...small, settings: [], people: [...small.people, inForce] })).toEqual([]);
  const admin = { ...inForce, before: eve.before, after: eve.before };
  expect(find(reviewed, { ...small, people: [...small.people, admin] })).toEqual([
    `eve@partner.example in ${name}: admin. Reviewed: viewer.`,
  ]);
  expect(find(reviewed, small)).toEqual([`eve@partner.example in ${name}: no access. Reviewed: viewer.`]);
  expect(find(small, { ...small, people: [...small.people, eve] })).toEqual([
    `eve@partner.example in ${name}: admin → no access. This change was not reviewed.`,
  ]);
  expect(find({ ...small, people: [...small.people, eve] }, small)).toEqual([]);
});

test("reports a setting, an organization, a stack, a rule, an unknown, and resources of other providers", () => {
  const now: Review = {
    ...small,
    stacks: [...small.stacks, "acme/lab"],
    organizations: small.organizations.map((one) => (one === dev ? { ...one, change: "deleted" } : one)),
    settings: [],
    violations: [
      ...small.violations,
      { rule: "few", severity: "note", message: "Too many.", organizations: [], people: [], before: false },
    ],
    unknowns: ["The name is not known."],
    programChanges: [
      {
        stack: "acme/dev",
        section: "others",
        subject: "command:local:Command",
        words: "1 resource of the type `command:local:Command` changes.",
        risks: ["changesOther"],
      },
    ],
  };
  expect(findDifferences(small, now)).toEqual([
    "The stack acme/lab was not reviewed.",
    `${dev?.name ?? ""}: deleted. This change was not reviewed.`,
    ...small.settings.map(({ words }) => `acme-production: no change. Reviewed: ${words}`),
    "acme/dev: 1 resource of the type `command:local:Command` changes. This change was not reviewed.",
    "A rule is newly broken: few. Too many.",
    "Newly unknown: The name is not known.",
  ]);
});

test("reports a new conflict between stacks", () => {
  const conflict = {
    organization: dev?.key ?? "",
    people: [],
    stacks: ["acme/dev", "acme/team"],
    message: "It differs.",
  };
  const now: Review = { ...small, verdict: "refused", conflicts: [conflict] };
  expect(findDifferences(small, now)).toEqual(["New conflict between stacks: It differs."]);
  expect(findDifferences(now, now)).toEqual([]);
});

test("reports a hidden roster", () => {
  const organizations: Review["organizations"] = small.organizations.map((one) =>
    one === dev ? { ...one, risks: ["hidden"], hiddenRoster: true } : one,
  );
  expect(findDifferences(small, { ...small, organizations })).toEqual([
    `${dev?.name ?? ""}: kept, with people that the preview hides. This change was not reviewed.`,
  ]);
  const unnamed: Review["organizations"] = small.organizations.map((one) =>
    one === dev ? { ...one, risks: ["hidden"] } : one,
  );
  expect(findDifferences(small, { ...small, organizations: unnamed })).toEqual([
    `${dev?.name ?? ""}: kept, with people that the preview does not name. This change was not reviewed.`,
  ]);
});

describe("the command", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "confirm-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** A change that needs approval. Grace is its author. */
  const doubtful: Review = {
    ...small,
    verdict: "needs approval",
    violations: [],
    evidence: { ...small.evidence, authors: ["grace"] },
  };

  async function confirm(reviewed: string, now: string, ...options: readonly string[]) {
    writeFileSync(join(folder, "reviewed.json"), reviewed);
    writeFileSync(join(folder, "now.json"), now);
    const terminal = fakeTerminal({ folder });
    const code = await run(["confirm", "reviewed.json", "now.json", ...options], terminal);
    return [code, terminal.printed() + terminal.said()] as const;
  }

  test("confirms an equal review, and lists the differences of another one", async () => {
    const [reviewed, now] = [JSON.stringify(doubtful), JSON.stringify(without("carl@partner.example", doubtful))];
    expect(await confirm(reviewed, reviewed)).toEqual([0, "The change matches its review.\n"]);
    const [code, said] = await confirm(reviewed, now);
    expect(code).toBe(3);
    expect(said).toMatch(/^The change differs from its review. Review the change again:\n {2}carl@partner.example in /);
    const [, printed] = await confirm(reviewed, now, "--json");
    expect(JSON.parse(printed)).toEqual({ differences: [expect.stringContaining("carl@partner.example")] });
  });

  const readRecord = (): unknown =>
    existsSync(join(folder, "approval.json"))
      ? JSON.parse(readFileSync(join(folder, "approval.json"), "utf8"))
      : undefined;
  const record = ["--approval-file", "approval.json"];

  test("writes the approval of the current review", async () => {
    const [reviewed, now] = [JSON.stringify({ ...doubtful, unknowns: ["A day."] }), JSON.stringify(doubtful)];
    expect((await confirm(reviewed, now, "--approved-by", "Grace, ada", ...record))[0]).toBe(0);
    const review = createHash("sha256").update(now).digest("hex");
    expect(readRecord()).toEqual({ version: 1, review, approvers: ["Grace", "ada"] });
  });

  test.each(["", "grace", "Grace GRACE", "$(ada);"])("writes no approval by %j", async (approvers) => {
    const text = JSON.stringify(doubtful);
    const [code, said] = await confirm(text, text, "--approved-by", approvers, ...record);
    expect([code, readRecord()]).toEqual([3, undefined]);
    expect(said).toContain(
      "The change lacks an approval:\n  The change needs an approval by another person than grace.\n",
    );
  });

  test("of unknown authors counts the approval of any person, and needs one", async () => {
    const text = JSON.stringify({ ...doubtful, evidence: small.evidence });
    expect((await confirm(text, text, "--approved-by", "", ...record))[0]).toBe(3);
    expect((await confirm(text, text, "--approved-by", "ada", ...record))[0]).toBe(0);
  });

  test("needs no approval of a review that passes", async () => {
    const text = JSON.stringify(nothing);
    expect((await confirm(text, text, "--approved-by", "", ...record))[0]).toBe(0);
    expect(readRecord()).toMatchObject({ approvers: [] });
  });

  test("writes no approval of a change that differs, or that its review refuses", async () => {
    const [text, other] = [JSON.stringify(doubtful), JSON.stringify(without("carl@partner.example", doubtful))];
    expect((await confirm(text, other, "--approved-by", "ada", ...record))[0]).toBe(3);
    for (const refused of [small, { ...doubtful, violations: small.violations }]) {
      const [code, said] = await confirm(
        JSON.stringify(small),
        JSON.stringify(refused),
        "--approved-by",
        "ada",
        ...record,
      );
      expect([code, said]).toEqual([4, expect.stringContaining("The current review refuses the change")]);
    }
    expect(readRecord()).toBeUndefined();
  });

  test("rejects a record without people who approved, and one in the place of a review", async () => {
    const text = JSON.stringify(doubtful);
    expect(await confirm(text, text, ...record)).toEqual([2, expect.stringContaining("Add --approved-by")]);
    const over = ["--approved-by", "ada", "--approval-file", "./now.json"];
    expect(await confirm(text, text, ...over)).toEqual([2, expect.stringContaining("would overwrite a review")]);
  });

  test("names the version of a review in another format", async () => {
    const [now, reviewed] = [JSON.stringify(doubtful), JSON.stringify({ ...doubtful, version: 3 })];
    expect(await confirm(reviewed, now)).toEqual([
      1,
      expect.stringContaining(
        "reviewed.json is a review in version 3 of the format, but this version of peridio-gitops reads version 4. Run `peridio-gitops review --json-file` again",
      ),
    ]);
  });

  test("rejects files that are not reviews of changes", async () => {
    const good = JSON.stringify(small);
    for (const bad of ["", "{}", good.slice(1)]) {
      expect(await confirm(good, bad)).toEqual([
        1,
        expect.stringContaining("now.json is not a review that this version of peridio-gitops can read. "),
      ]);
    }
    const drift = JSON.stringify({ ...small, kind: "drift" });
    expect(await confirm(drift, good)).toEqual([1, expect.stringContaining("reviewed.json is a review of drift")]);
  });
});
