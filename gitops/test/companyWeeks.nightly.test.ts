import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRecord } from "#framework";
import { run } from "../src/program";
import { apply, type Change, type Company, connections, type Patch, readCompany } from "./support/company";
import { judgeInEngine, plan, review } from "./support/companyVerdicts";
import { fakeTerminal } from "./support/terminal";

/**
 * Two weeks of the company of `fixtures/company`, as pull requests in their order. None is refused for a reason that it did not cause,
 * and none that worsens something passes. The rules have the default `existing: approve`, as those of examples/ci.
 */

type Objects = NonNullable<Company["objects"]>;

/** Something that happens without a pull request. */
interface Event {
  readonly day: string;
  readonly event: string;
  /** The new status of invitations, by organization and address; `accepted` for members. */
  readonly invitations?: Readonly<Record<string, "pending" | "expired" | "accepted">>;
  /** A change of the live organizations outside Pulumi, which the next merged pull request undoes. */
  readonly outside?: Patch;
}

type Verdict = "pass" | "note" | "needs approval" | "refused";

interface PullRequest {
  readonly day: string;
  readonly title: string;
  readonly author?: string;
  readonly layout?: Patch;
  readonly objects?: Objects;
  readonly rules?: Patch;
  readonly verdict: Verdict;
  /** The broken rules and failed tests, sorted. */
  readonly broken?: readonly string[];
  /** The result of a plan if it differs, because a plan does not know invitations and changes outside Pulumi; `false` for none. */
  readonly plan?: false | { readonly verdict: Verdict; readonly broken?: readonly string[] };
  /** Words of the comment on the pull request. */
  readonly shows?: string;
  /** True for a pull request that its author closes, although nothing refuses it. */
  readonly isClosed?: true;
}

const admins = "Every organization has two admins";
const fewAdmins = "No organization has more than four admins";
const secondFactor = "Everyone has a second factor";
const leave = "Access of outsiders ends within half a year";
const bots = "Changes by bots grant nothing";
const approved = "Ada or Grace approves new admins of production";
const looks = "Support only looks at everything";
const fleet = "Ada administrates the fleet";
const events = "Events stay in the company";
const limit = "At most three people leave at once";
const installs = "Carl installs in the north, and nothing else";
const uses = "Claim tokens admit few devices into the field";

/** An unrelated change of the day, so that each pull request has one. */
const describeLab = (text: string): Patch => ({ organizations: { "acme-lab": { description: text } } });
const people = (roles: Readonly<Record<string, Patch | null>>): Patch => ({ people: roles });

const names = ["rita", "rolf", "rosa", "rudi"].map((name) => `${name}@acme.example`);
const guests = Object.fromEntries(names.map((email) => [email, { "acme-staging": "viewer" }]));
const gone = Object.fromEntries(names.map((email) => [email, null]));
/** Unrelated changes, among which a person could overlook another one. */
const crowd = Object.fromEntries(Object.entries(guests).slice(0, 3));
const token = {
  organization: "acme-fleet",
  name: "line",
  cohort: "acme-fleet/firmware/canary",
  maxUses: 1000,
  expiresAt: "2027-04-01T00:00:00Z",
};
const webhook = { organization: "acme-fleet", name: "alerts", url: "https://alerts.vendor.example/", enabled: true };

/** The rules on the first day: two exemptions of the laboratory. */
const firstRules = apply(readCompany("access-rules.yaml"), {
  rules: {
    [secondFactor]: {
      exempt: [{ organization: "acme-lab", until: "2027-02-04", because: "The test bench signs in." }],
    },
  },
});
const renewed = {
  rules: {
    [secondFactor]: { exempt: [{ organization: "acme-lab", until: "2027-03-31", because: "The test bench stays." }] },
  },
};

const story: readonly (Event | PullRequest)[] = [
  // Monday: hires.
  {
    day: "2027-02-01",
    title: "Invite Hugo, Iris and Vera",
    layout: people({
      "vera@vendor.example": { "acme-dev": { role: "viewer", until: "2027-06-30" } },
      "hugo@acme.example": { "acme-dev": "developer", "acme-staging": "viewer" },
      "iris@acme.example": { "acme-dev": "viewer" },
    }),
    verdict: "pass",
  },
  { day: "2027-02-01", title: "Update a dependency", author: "dependabot[bot]", verdict: "pass" },
  {
    day: "2027-02-01",
    title: "Update a dependency, and make Hal a developer",
    author: "dependabot[bot]",
    layout: people({ "hal@acme.example": { "acme-dev": "developer" } }),
    verdict: "refused",
    broken: [bots],
  },

  // Tuesday: a new organization.
  {
    day: "2027-02-02",
    title: "Create acme-training with two invited admins",
    layout: {
      organizations: { "acme-training": { displayName: "Acme training", owner: "ada@acme.example" } },
      people: {
        "ada@acme.example": { "acme-training": "admin" },
        "iris@acme.example": { "acme-training": "admin" },
        "hugo@acme.example": { "acme-training": "admin" },
      },
    },
    verdict: "needs approval",
    plan: { verdict: "pass" },
    // A plan needs no ids.
    broken: [limit],
  },
  {
    day: "2027-02-02",
    event: "Ada created the organization",
    invitations: { "acme-training/ada@acme.example": "accepted" },
  },
  {
    day: "2027-02-03",
    title: "Invite Hal to acme-training, whose admins have not accepted",
    layout: people({ "hal@acme.example": { "acme-training": "viewer" } }),
    verdict: "pass",
  },
  {
    day: "2027-02-03",
    title: "Create a group that reaches gateways",
    layout: {
      organizations: {
        "acme-fleet": {
          groups: { testers: { members: [] } },
          projects: { gateways: { access: { groups: ["fleet-operators", "testers"] } } },
        },
      },
    },
    verdict: "needs approval",
    plan: { verdict: "pass" },
    broken: [limit],
    isClosed: true,
  },
  {
    day: "2027-02-03",
    title: "Describe the laboratory, while hires wait",
    layout: describeLab("Test benches"),
    verdict: "pass",
  },
  {
    day: "2027-02-03",
    title: "Update a dependency, while hires wait",
    author: "dependabot[bot]",
    verdict: "pass",
  },
  {
    day: "2027-02-04",
    event: "Hugo joins",
    invitations: {
      "acme-dev/hugo@acme.example": "accepted",
      "acme-staging/hugo@acme.example": "accepted",
      "acme-training/hugo@acme.example": "accepted",
    },
  },

  // Thursday: Gus hands over, but his successor has not accepted.
  {
    day: "2027-02-04",
    title: "Invite Iris as an admin of billing",
    layout: people({ "iris@acme.example": { "acme-billing": "admin" } }),
    verdict: "pass",
  },
  {
    day: "2027-02-04",
    title: "Gus leaves, before Iris accepts",
    layout: people({ "gus@acme.example": null }),
    verdict: "refused",
    broken: [admins],
    // A plan counts everyone of the base as a member.
    plan: { verdict: "pass" },
  },

  // Friday: the exemption of the laboratory has ended.
  {
    day: "2027-02-05",
    title: "Zoe stays until April, after the exemption of the laboratory",
    layout: people({ "zoe@partner.example": { "acme-dev": { until: "2027-04-30" } } }),
    verdict: "needs approval",
    broken: [secondFactor],
  },
  {
    day: "2027-02-05",
    title: "Update a dependency, after the exemption",
    author: "dependabot[bot]",
    verdict: "needs approval",
    broken: [secondFactor],
  },
  {
    day: "2027-02-05",
    title: "acme-dev stops requiring a second factor too",
    layout: { organizations: { "acme-dev": { security: { requireTwoFactor: false } } } },
    verdict: "refused",
    broken: [secondFactor],
  },
  {
    day: "2027-02-05",
    title: "Renew the exemption of the laboratory",
    rules: renewed,
    verdict: "needs approval",
    broken: [secondFactor],
  },
  { day: "2027-02-08", event: "Iris joins billing", invitations: { "acme-billing/iris@acme.example": "accepted" } },
  {
    day: "2027-02-08",
    title: "Gus leaves, after Iris accepted",
    layout: people({ "gus@acme.example": null }),
    verdict: "pass",
  },

  // Monday: a rule that applies to too many people.
  {
    day: "2027-02-08",
    title: "Limit support, with a pattern that everyone matches",
    rules: {
      rules: { [looks]: { organizations: "acme-staging", people: "*@acme.example", role: { atMost: "viewer" } } },
    },
    verdict: "needs approval",
    shows: "bob@acme.example has the role developer in acme-staging, but the rule allows at most viewer",
  },
  {
    day: "2027-02-08",
    title: "Describe the laboratory under the wrong rule",
    layout: describeLab("Benches"),
    verdict: "needs approval",
    broken: [looks],
  },
  {
    day: "2027-02-08",
    title: "Make Hugo a developer of staging under the wrong rule",
    layout: people({ "hugo@acme.example": { "acme-staging": "developer" } }),
    verdict: "refused",
    broken: [looks],
  },
  {
    day: "2027-02-08",
    title: "Make Bob a viewer of staging under the wrong rule, which repairs one of its violations",
    layout: people({ "bob@acme.example": { "acme-staging": "viewer" } }),
    verdict: "needs approval",
    broken: [looks],
    isClosed: true,
  },
  {
    day: "2027-02-09",
    title: "Repair the pattern",
    rules: { rules: { [looks]: { people: "*@support.acme.example" } } },
    verdict: "needs approval",
    broken: [looks],
  },
  {
    day: "2027-02-09",
    title: "Make Hugo a developer of staging",
    layout: people({ "hugo@acme.example": { "acme-staging": "developer" } }),
    verdict: "pass",
  },

  // Tuesday: an invitation expires. The next update sends it again.
  {
    day: "2027-02-09",
    event: "An invitation of Iris expires",
    invitations: { "acme-training/iris@acme.example": "expired" },
  },
  {
    day: "2027-02-09",
    title: "Describe the laboratory, after an invitation expired",
    layout: describeLab("Benches"),
    verdict: "pass",
  },
  {
    day: "2027-02-09",
    event: "An invitation of Iris expires again",
    invitations: { "acme-training/iris@acme.example": "expired" },
  },
  {
    day: "2027-02-09",
    title: "Update a dependency, after an invitation expired",
    author: "dependabot[bot]",
    verdict: "pass",
  },
  {
    day: "2027-02-10",
    event: "Iris joins",
    invitations: { "acme-training/iris@acme.example": "accepted", "acme-dev/iris@acme.example": "accepted" },
  },

  // Wednesday: changes outside Pulumi.
  {
    day: "2027-02-10",
    event: "Someone makes Emil an admin of production",
    outside: people({ "emil@acme.example": { "acme-production": "admin" } }),
  },
  {
    day: "2027-02-10",
    title: "Accept that Emil is an admin",
    layout: people({ ...crowd, "emil@acme.example": { "acme-production": "admin" } }),
    verdict: "needs approval",
    broken: [approved],
    isClosed: true,
  },
  {
    day: "2027-02-10",
    title: "Update a dependency, while Emil is an admin",
    author: "dependabot[bot]",
    verdict: "pass",
    isClosed: true,
  },
  {
    day: "2027-02-10",
    title: "Describe the laboratory, which takes the role from Emil",
    layout: describeLab("Our benches"),
    verdict: "pass",
  },
  {
    day: "2027-02-10",
    event: "Someone makes Zoe a developer of production",
    outside: people({ "zoe@partner.example": { "acme-production": { role: "developer", until: "2027-04-30" } } }),
  },
  {
    day: "2027-02-10",
    title: "Accept that Zoe is a developer of production",
    layout: people({
      ...crowd,
      "zoe@partner.example": { "acme-production": { role: "developer", until: "2027-04-30" } },
    }),
    verdict: "refused",
    broken: ["Outsiders only look at production"],
  },
  {
    day: "2027-02-10",
    title: "Describe the laboratory, which removes Zoe from production",
    layout: describeLab("Benches"),
    verdict: "pass",
  },
  {
    day: "2027-02-10",
    event: "Someone removes Hal from acme-dev",
    outside: people({ "hal@acme.example": { "acme-dev": null } }),
  },
  {
    day: "2027-02-10",
    title: "Update a dependency, which gives Hal the access again",
    author: "dependabot[bot]",
    verdict: "pass",
    isClosed: true,
  },
  {
    day: "2027-02-10",
    title: "Describe the laboratory, and invite Hal again",
    layout: describeLab("Test benches"),
    verdict: "pass",
  },
  { day: "2027-02-11", event: "Someone adds four guests to acme-staging", outside: people(guests) },
  {
    day: "2027-02-11",
    title: "Update a dependency, which removes the guests",
    author: "dependabot[bot]",
    verdict: "pass",
    isClosed: true,
  },
  { day: "2027-02-11", event: "Someone removes the guests", outside: people(gone) },
  {
    day: "2027-02-11",
    event: "Hal joins again",
    invitations: { "acme-dev/hal@acme.example": "accepted", "acme-training/hal@acme.example": "accepted" },
  },

  // Thursday: stricter rules, which do not hold yet.
  {
    day: "2027-02-11",
    title: "Register a token and a webhook of a vendor, without their rules",
    rules: { rules: { [events]: { severity: "note" }, [uses]: { severity: "note" } } },
    verdict: "needs approval",
  },
  {
    day: "2027-02-11",
    title: "Create the token and the webhook",
    objects: { "ClaimToken::line": token, "Webhook::alerts": webhook },
    verdict: "note",
    broken: [uses, events],
    plan: false,
  },
  {
    day: "2027-02-11",
    title:
      "Allow two admins, 120 days for outsiders, and one owner of the fleet, and enforce the rules of tokens and webhooks again",
    rules: {
      rules: {
        [events]: { severity: null },
        [uses]: { severity: null },
        [fewAdmins]: { admins: { atMost: 2 } },
        [leave]: { until: { withinDays: 120 } },
        [fleet]: { organizations: "acme-fleet", people: { except: "ada@acme.example" }, role: { atMost: "member" } },
      },
    },
    verdict: "needs approval",
    broken: [uses, events],
    shows: "grace@acme.example has the role admin in acme-fleet, but the rule allows at most role member",
    plan: false,
  },
];

/** The violations that exist from here on. */
const existing = [fleet, leave, fewAdmins, events, uses].sort();

const attacks: readonly Omit<PullRequest, "day" | "verdict">[] = [
  {
    title: "Put Mallory in the place of an admin of production",
    layout: people({
      ...crowd,
      "pipeline@acme.example": { "acme-production": "viewer" },
      "mallory@acme.example": { "acme-production": "admin" },
    }),
    broken: [approved, "The pipeline applies production, and sees no invoices"],
  },
  {
    title: "Make Grace, who is an admin of the fleet, an owner",
    layout: people({ ...crowd, "grace@acme.example": { "acme-fleet": "owner" } }),
  },
  {
    title: "Move the last day of Carl, whose access is too long",
    layout: people({ ...crowd, "carl@partner.example": { "acme-partners": { until: "2027-07-10" } } }),
    broken: ["Carl leaves before July"],
  },
  {
    title: "Widen the claim token",
    layout: people(crowd),
    objects: { "ClaimToken::line": { ...token, maxUses: 5000 } },
    plan: false,
  },
  {
    title: "Send other events to the vendor",
    layout: people(crowd),
    objects: { "Webhook::alerts": { ...webhook, events: ["device.updated"] } },
    plan: false,
  },
  {
    title: "Hide the host of the webhook",
    layout: people(crowd),
    objects: { "Webhook::alerts": { ...webhook, url: "[secret]" } },
    broken: [limit],
    plan: false,
  },
  {
    title: "Hide the uses of the claim token",
    layout: people(crowd),
    objects: { "ClaimToken::line": { ...token, maxUses: "[secret]" } },
    broken: [limit],
    plan: false,
  },
  {
    title: "Raise the role of Carl, whose access is too long",
    layout: people({ ...crowd, "carl@partner.example": { "acme-partners": { role: "manager" } } }),
    broken: [installs],
  },
  {
    title: "Invite Carl, whose access is too long, to acme-dev",
    layout: people({ ...crowd, "carl@partner.example": { "acme-dev": { role: "viewer", until: "2027-06-30" } } }),
    broken: [installs],
  },
  {
    title: "Renew an exemption, and add an admin of acme-dev",
    layout: people({ ...crowd, "mallory@acme.example": { "acme-dev": "admin" } }),
    rules: renewed,
  },
  { title: "Add an admin of acme-dev", layout: people({ ...crowd, "mallory@acme.example": { "acme-dev": "admin" } }) },
];

const secondWeek: readonly (Event | PullRequest)[] = [
  {
    day: "2027-02-12",
    title: "Describe the laboratory, while five rules are broken",
    layout: describeLab("Five benches"),
    verdict: "needs approval",
    broken: existing,
    plan: false,
  },
  {
    day: "2027-02-12",
    title: "Update a dependency, while five rules are broken",
    author: "dependabot[bot]",
    verdict: "needs approval",
    broken: existing,
    plan: false,
  },
  ...attacks.map((attack): PullRequest => ({
    day: "2027-02-12",
    ...attack,
    verdict: "refused",
    broken: [...existing, ...(attack.broken ?? [])].sort(),
    plan: false,
  })),
  {
    day: "2027-02-12",
    title: "Allow Mallory to administrate production",
    rules: { rules: { [approved]: { people: { except: "mallory@acme.example" } } } },
    verdict: "needs approval",
    broken: existing,
    plan: false,
    isClosed: true,
  },
  {
    day: "2027-02-12",
    event: "The invitation of Vera, whose access is too long, expires",
    invitations: { "acme-dev/vera@vendor.example": "expired" },
  },
  {
    day: "2027-02-12",
    title: "Describe the laboratory, after the invitation of Vera expired",
    layout: describeLab("Benches"),
    verdict: "needs approval",
    broken: existing,
    plan: false,
    isClosed: true,
  },
  { day: "2027-02-13", event: "Vera joins", invitations: { "acme-dev/vera@vendor.example": "accepted" } },
  {
    day: "2027-02-13",
    title: "Repair two of five violations",
    layout: people({
      "carl@partner.example": { "acme-partners": { until: "2027-05-31" }, "acme-fleet": { until: "2027-05-31" } },
      "vera@vendor.example": { "acme-dev": { until: "2027-05-31" } },
    }),
    objects: { "ClaimToken::line": { ...token, maxUses: 500 } },
    verdict: "needs approval",
    broken: existing.filter((rule) => ![leave, uses].includes(rule)),
    plan: false,
  },
  {
    day: "2027-02-13",
    title: "Take admins from the fleet, which then has too few",
    layout: people({
      "grace@acme.example": { "acme-fleet": "member" },
      "nora@acme.example": { "acme-fleet": "member" },
    }),
    objects: { "Webhook::alerts": { ...webhook, url: "https://alerts.acme.example/" } },
    verdict: "refused",
    broken: [admins, "Exactly these reach gateways", fewAdmins],
    plan: false,
    isClosed: true,
  },
];

interface Moment extends PullRequest {
  readonly change: Change;
  readonly formerRules: unknown;
  readonly proposedRules: unknown;
}

/** Replays the story. A pull request is merged unless it is refused or closed. */
function replay(entries: readonly (Event | PullRequest)[]): readonly Moment[] {
  let main: Company = { layout: readCompany("layout.yaml"), objects: {}, invitations: {} };
  let live = main;
  let rules = firstRules;
  const moments: Moment[] = [];
  for (const entry of entries) {
    if ("event" in entry) {
      const invitations = Object.entries({ ...live.invitations, ...entry.invitations });
      const waiting = Object.fromEntries(
        invitations.flatMap(([key, status]) => (status === "accepted" ? [] : [[key, status] as const])),
      );
      live = { ...live, layout: apply(live.layout, entry.outside ?? {}), invitations: waiting };
      continue;
    }
    const { day: today, layout = {}, objects = {}, rules: edit = {} } = entry;
    const after: Company = { layout: apply(main.layout, layout), objects: { ...main.objects, ...objects } };
    const proposedRules = apply(rules, edit);
    moments.push({ ...entry, change: { before: main, live, after, today }, formerRules: rules, proposedRules });
    if (entry.verdict === "refused" || entry.isClosed) continue;
    live = { ...after, invitations: { ...live.invitations, ...listInvited(live, after) } };
    main = live;
    rules = proposedRules;
  }
  return moments;
}

/** Returns the invitations that an update sends: to new people, and to those whose invitation has expired. */
function listInvited({ layout: former, invitations = {} }: Company, { layout }: Company): Company["invitations"] {
  const known = new Set(listPlaces(former));
  const isInvited = (place: string) => !known.has(place) || invitations[place] === "expired";
  return Object.fromEntries(
    listPlaces(layout).flatMap((place) => (isInvited(place) ? [[place, "pending"] as const] : [])),
  );
}

/** Returns the place of each person, without teams, such as `acme-dev/bob@acme.example`. */
function listPlaces({ people }: Company["layout"]): readonly string[] {
  const listKeys = (value: unknown) => (isRecord(value) ? Object.keys(value) : []);
  return listKeys(people).flatMap((email) =>
    listKeys(isRecord(people) ? people[email] : undefined).map((organization) => `${organization}/${email}`),
  );
}

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), "weeks-"))));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.each(replay([...story, ...secondWeek]))("$day $title", (moment) => {
  const { change, author = "bob", verdict, broken = [], formerRules, proposedRules } = moment;

  function options(): readonly string[] {
    const [former, proposed] = [join(folder, "rules.yaml"), join(folder, "proposed.yaml")];
    writeFileSync(former, JSON.stringify(formerRules));
    writeFileSync(proposed, JSON.stringify(proposedRules));
    return [
      "--rules",
      former,
      "--rules",
      join(__dirname, "fixtures/company/later-tests.yaml"),
      "--proposed-rules",
      proposed,
      "--proposed-rules",
      join(__dirname, "fixtures/company/later-tests.yaml"),
      "--authors",
      author,
    ];
  }

  test(`review: ${verdict}`, async () => {
    const comment = join(folder, "comment.md");
    expect(await review(folder, change, ...options(), "--markdown-file", comment)).toEqual({ verdict, broken });
    expect(readFileSync(comment, "utf8").replace(/`/g, "")).toContain(moment.shows ?? "");
  });

  const isApplied = verdict !== "refused" && moment.rules === undefined;
  const applyTest = isApplied ? test : undefined;
  applyTest?.("the policy pack permits the approved change", async () => {
    const [rules, reviewed, approval] = ["rules.yaml", "reviewed.json", "approval.json"].map((file) =>
      join(folder, file),
    );
    writeFileSync(rules ?? "", JSON.stringify(formerRules));
    await review(folder, change, "--rules", rules ?? "", "--authors", author, "--json-file", reviewed ?? "");
    const confirm = [
      "confirm",
      reviewed ?? "",
      reviewed ?? "",
      "--approved-by",
      "ada grace",
      "--approval-file",
      approval ?? "",
    ];
    const terminal = fakeTerminal({ now: new Date(`${change.today}T08:00:00Z`) });
    expect([await run(confirm, terminal), terminal.said()]).toEqual([0, expect.anything()]);
    const environment = {
      PERIDIO_RULES: rules ?? "",
      PERIDIO_REVIEW: reviewed ?? "",
      PERIDIO_APPROVAL: approval ?? "",
    };
    const stops = connections.flatMap((connection) => judgeInEngine(folder, connection, change, environment));
    expect(stops.filter(({ effect }) => effect === "mandatory")).toEqual([]);
  });

  const { plan: planned = { verdict, broken } } = moment;
  if (planned === false) return;
  test(`plan: ${planned.verdict}`, async () => {
    expect(await plan(folder, change, ...options())).toEqual({ broken: [], ...planned });
  });
});
