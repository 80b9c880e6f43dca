import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { Emulator } from "#emulator";
import { composeLayout, type Layout, parseLayout } from "#layout";
import { type BackendName, canonicalizeEmail, createMatcher } from "#provider";
import { Site } from "#provider/testing";
import { listLayoutObjects } from "../src/access/layout";
import type { FindingKind } from "../src/audit/kinds";
import { type AuditReport, auditReport } from "../src/audit/report";
import { run } from "../src/program";
import { type Review, review as reviewSchema } from "../src/review/review";
import { type AccessAnswer, accessAnswer } from "../src/who/report";
import { listRows, omitUnknown } from "./support/planRows";
import { ada, createLayouts, people, type RandomLayout } from "./support/randomLayouts";
import { fakeTerminal } from "./support/terminal";

/**
 * Changes layouts with the real CLI. About each organization, the review, the plan, the policy pack, `who` and the audit give the same
 * answers. After the update, neither the audit nor a review finds a difference.
 */

const seed = Number(process.env.LAYOUT_SEED ?? 20_270_131);
const stacksOfApi = 3;
const organizations = Array.from({ length: 36 }, (_, index) => `acme-${index}`);
const pack = join(__dirname, "../../bin/peridio-gitops");
const stranger = "eve@partner.example";

const commonRules = `rules:
  role: { people: { except: ${ada} }, role: { atMost: developer } }
  roster: { roster: required }
  admins: { admins: { atLeast: 2 } }
  protect: { protect: true }
  change: { change: { grants: none } }
`;
const rules: Readonly<Record<BackendName, string>> = {
  connect: `${commonRules}  groups: { people: { except: [${ada}, bob@acme.example] }, groups: none }
  closed: { everyoneEnabled: false }
  users: { access: { users: none } }
  tunnels: { tunnels: { atMost: 30m } }
`,
  "admin-v2": `${commonRules}  owner: { owner: ${ada} }
  factor: { requireTwoFactor: true }
  sessions: { sessionTimeout: { atMost: 1h } }
`,
};

const cases = (["connect", "admin-v2"] as const).flatMap((backend) =>
  Array.from({ length: stacksOfApi }, (_, index): [BackendName, number] => [backend, index]),
);

test.each(cases)("with %s, all commands agree about changes of layouts, stack %i", async (backend, index) => {
  const layouts = createLayouts(backend, { organizations, minimum: 34 });
  const [drawn] = fc.sample(layouts, { seed: seed + index, numRuns: 1, unbiased: true });
  if (drawn === undefined) throw new TypeError("there is a sample");
  const [base, proposed] = drawn;
  const change = await Change.begin(backend, permitRemovals(base, proposed, backend));
  try {
    await change.applyBase();
    await change.changeOutside();
    const preview = await change.propose(proposed);
    const review = await change.review(preview);
    await change.comparePlan(review);
    await change.comparePack(review);
    await change.compareWho(preview);
    await change.compareAudit(review);
    await change.apply();
    await change.expectForeseen(review);
  } catch (error) {
    if (error instanceof Error) error.message = `LAYOUT_SEED=${seed}\n${error.message}`;
    throw error;
  } finally {
    await change.end();
  }
});

/** Returns the base whose organizations Pulumi can remove. */
function permitRemovals(base: RandomLayout, layout: RandomLayout, backend: BackendName): RandomLayout {
  const removal =
    backend === "connect" ? { deletionPolicy: "retain", roster: { maxRemovals: "100%" } } : { forceDestroy: true };
  const entries = Object.entries(base.organizations).map(
    ([name, entry]) => [name, name in layout.organizations ? entry : { ...entry, ...removal }] as const,
  );
  return { ...base, organizations: Object.fromEntries(entries) };
}

const failedPreview = z.object({
  diagnostics: z.array(z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() })).default([]),
});
const exportedState = z.looseObject({
  deployment: z.looseObject({ resources: z.array(z.looseObject({ urn: z.string() })) }),
});

/** The organization in the URN of a resource of a layout. */
function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::").split("/")[0] ?? "";
}

/** The change of one stack from a base to a layout. */
class Change {
  /** The organizations that also change outside Pulumi, which a plan does not know. */
  readonly #drifted = new Set<string>();
  /** The layout in the folder of the program. */
  #layout: RandomLayout;

  private constructor(
    private readonly backend: BackendName,
    private readonly site: Site,
    private readonly base: RandomLayout,
  ) {
    this.#layout = base;
  }

  static async begin(backend: BackendName, base: RandomLayout): Promise<Change> {
    const emulator = new Emulator();
    // Avocado Connect cannot create organizations.
    if (backend === "connect") for (const name of organizations) await emulator.control.createOrganization(name);
    // Only Peridio knows who has no second factor.
    emulator.control.setTwoFactor(ada, true);
    const program = { acme: { type: "peridio:Layout", properties: { path: "layout.json" } } };
    const environment = { PULUMI_SKIP_CHECKPOINTS: "true", PERIDIO_BACKEND: backend };
    const site = await Site.begin(program, { emulator, environment });
    await site.stack.succeed("config", "set", "peridio:backend", backend);
    await site.stack.succeed("config", "set", "--path", "peridio:runnerCidrs[0]", "127.0.0.1/32");
    return new Change(backend, site, base);
  }

  end(): Promise<void> {
    return this.site.end();
  }

  /** Writes a file of the program, and returns its path. */
  #put(file: string, text: string): string {
    const path = join(this.site.stack.folder, file);
    writeFileSync(path, text);
    return path;
  }

  #declare(layout: RandomLayout): void {
    this.#layout = layout;
    this.#put("layout.json", JSON.stringify(layout));
  }

  async applyBase(): Promise<void> {
    this.#declare(this.base);
    await this.apply();
  }

  /** Applies the layout. Everyone accepts. */
  async apply(): Promise<void> {
    await this.site.up("--refresh");
    const { control } = this.site.emulator;
    for (const name of Object.keys(this.#layout.organizations)) {
      const pending = control.getOrganization(name).invitations.filter(({ accepted_at }) => accepted_at === null);
      for (const { email } of pending) {
        control.accept(email, name);
        control.setTwoFactor(email, true);
      }
    }
    // Only members can be in groups and have grants.
    await this.site.up("--refresh");
  }

  /** Adds an admin to some organizations, removes a member, and opens a project. */
  async changeOutside(): Promise<void> {
    const { control } = this.site.emulator;
    for (const name of Object.keys(this.base.organizations).filter((_, index) => index % 6 === 0)) {
      this.#drifted.add(name);
      control.addMember(stranger, name, "admin");
      const [project] = control.getOrganization(name).projects;
      if (project !== undefined) await control.access.updateProject(project.name, name, { everyone_enabled: true });
      if (this.site.people(name).some((line) => /^bob@/i.test(line)))
        await control.removeMember("bob@acme.example", name);
    }
  }

  /** Previews a layout. Organizations whose change the provider rejects stay as they are. */
  async propose(proposed: RandomLayout): Promise<string> {
    const state = await this.site.stack.succeed("stack", "export");
    this.#declare(proposed);
    for (;;) {
      await this.#unprotect(state);
      const { code, stdout, stderr } = await this.#preview();
      if (code === 0) return stdout;
      const errors = failedPreview.parse(JSON.parse(stdout)).diagnostics.filter(({ severity }) => severity === "error");
      const rejected = organizations.filter((name) => errors.some(({ urn = "" }) => nameOf(urn) === name));
      if (rejected.length === 0) throw new Error(`${stdout}\n${stderr}`);
      this.#declare(rejected.reduce((layout, name) => restore(layout, this.base, name), this.#layout));
    }
  }

  #preview() {
    return this.site.stack.pulumi("preview", "--refresh", "--json", "--show-sames");
  }

  /** Ends the protection of the resources that leave the layout. */
  async #unprotect(exported: string): Promise<void> {
    const declared = new Set(composeLayout(parse(this.#layout)).children.map(({ type, name }) => `${type}::${name}`));
    const state = exportedState.parse(JSON.parse(exported));
    for (const resource of state.deployment.resources)
      if (resource.protect === true && !declared.has(resource.urn.split("$").at(-1) ?? "")) resource.protect = false;
    await this.site.stack.succeed("stack", "import", "--file", this.#put("state.json", JSON.stringify(state)));
  }

  review(preview: string): Promise<Review> {
    return this.#judge("review", this.#put("preview.json", preview));
  }

  async #judge(...args: readonly string[]): Promise<Review> {
    const file = this.#put("access-rules.yaml", rules[this.backend]);
    return reviewSchema.parse(JSON.parse(await this.#run(...args, "--rules", file)));
  }

  /** Runs `peridio-gitops` with `--json`. */
  async #run(...args: readonly string[]): Promise<string> {
    const { stack } = this.site;
    const environment = {
      PERIDIO_API_KEY: stack.variable("PERIDIO_API_KEY"),
      PERIDIO_BASE_URL: stack.variable("PERIDIO_BASE_URL"),
      PERIDIO_BACKEND: this.backend,
    };
    const terminal = fakeTerminal({ folder: stack.folder, environment, now: new Date() });
    await run([...args, "--json"], terminal);
    if (terminal.printed() === "") throw new Error(terminal.said());
    return terminal.printed();
  }

  /** Compares the rows and the broken rules of the plan and the review. */
  async comparePlan(review: Review): Promise<void> {
    const base = this.#put("base.json", JSON.stringify(this.base));
    const plan = await this.#judge("plan", "layout.json", "--base", base);
    const [planned, real] = [listRows(plan), listRows(review)];
    const isComparable = (name: string) => !this.#drifted.has(name);
    expect(describeRows(omitUnknown(planned, planned), isComparable)).toEqual(
      describeRows(omitUnknown(real, planned), isComparable),
    );
    // A plan knows objects by name, so it has no hidden ids.
    expect(plan.programChanges).toEqual(review.programChanges.filter(({ section }) => section !== "references"));
    const [byPlan, byReview] = [plan, review].map((one) => listBroken(one, isComparable));
    expect(byPlan).toEqual(expect.arrayContaining([...(byReview ?? [])]));
    // A plan does not know the owners and settings that the base does not declare.
    const violations = plan.violations.filter(({ message }) => !message.includes("unknown"));
    expect(byReview).toEqual(expect.arrayContaining([...listBroken({ ...plan, violations }, isComparable)]));
  }

  /**
   * Compares what stops the engine with the review. The engine shows a policy pack neither deletions nor changes outside Pulumi, and no
   * former state.
   */
  async comparePack(review: Review): Promise<void> {
    const said = await this.site.fail("preview", "--refresh", "--policy-pack", pack);
    const stops = [...said.matchAll(/- \[mandatory\] \[severity: critical\] {2}(\w+) .*\n +(.*)/g)].flatMap(
      ([, rule = "", message = ""]) =>
        organizations.flatMap((name) => (mentions(message, name) ? `${name} ${rule}` : [])),
    );
    const removed = listNames(review, "deleted", "released");
    const isComparable = (name: string) => !this.#drifted.has(name) && !removed.includes(name);
    const list = (violations: Review["violations"]) =>
      violations.flatMap(({ rule, organizations: names }) =>
        rule === "change" ? [] : names.filter(isComparable).map((name) => `${name} ${rule}`),
      );
    const found = stops.filter((line) => isComparable(line.split(" ")[0] ?? ""));
    expect(list(review.violations)).toEqual(expect.arrayContaining(found));
    // Without a review, the pack does not know who is a member already.
    const certain = review.violations.filter(
      ({ rule, message }) => rule !== "admins" || !/ accepting | adopts /.test(message),
    );
    expect(found).toEqual(expect.arrayContaining(list(certain)));
  }

  /** Compares the access in the preview with that in the layout, for each person and for each project. */
  async compareWho(preview: string): Promise<void> {
    const layout = parse(this.#layout);
    const paths = new Set(layout.organizations.flatMap((one) => listLayoutObjects(one).map(({ path }) => path)));
    // Owners stay in the organizations that leave the layout.
    const isDeclared = ({ organization }: { readonly organization: string }) =>
      organization in this.#layout.organizations;
    const ask = async (...args: readonly string[]) => {
      const { access, memberships } = accessAnswer.parse(JSON.parse(await this.#run("who", ...args)));
      return {
        access: access.filter(isDeclared).map((one) => ({ ...one, person: canonicalizeEmail(one.person) })),
        roles: memberships.filter(isDeclared).map(({ organization, role }) => `${organization} ${role}`),
      };
    };
    const askAll = async (...source: readonly string[]) => {
      const answers = new Map<string, Awaited<ReturnType<typeof ask>>>();
      for (const person of [ada, ...people]) answers.set(person, await ask(person, ...source));
      const access = [...answers.values()].flatMap((answer) => answer.access);
      for (const path of paths) {
        const answer = await ask("--project", path, ...source);
        expect(new Set(answer.access)).toEqual(new Set(access.filter(({ name }) => name === path)));
      }
      return answers;
    };
    const planned = await askAll("--preview", this.#put("preview.json", preview));
    const declared = await askAll("--layout", "layout.json");
    const compare = (answers: typeof declared) =>
      new Map(
        Array.from(answers, ([person, { access, roles }]) => [
          person,
          {
            access: omitUndeclared(access, layout),
            // A preview also names people of groups and grants who are in no roster, for example after the last day.
            roles: roles.filter((role) => !role.endsWith(" unknown")),
          },
        ]),
      );
    expect(compare(planned)).toEqual(compare(declared));
  }

  async #audit(): Promise<AuditReport> {
    const kinds: readonly FindingKind[] =
      this.backend === "connect" ? [...comparedKinds, ...kindsOfConnect] : comparedKinds;
    return auditReport.parse(JSON.parse(await this.#run("audit", "--layout", "layout.json", "--kind", ...kinds)));
  }

  /** Compares the live organizations with the layout: the audit finds what the review ends. */
  async compareAudit(review: Review): Promise<void> {
    const { findings, gaps } = await this.#audit();
    // If a layout declares no project of an organization, the audit says that it does not compare them.
    const ignored = new Set(gaps.flatMap(({ organization, kinds }) => kinds.map((kind) => `${organization} ${kind}`)));
    const ended = listEnded(review, {
      base: parse(this.base),
      layout: parse(this.#layout),
      outside: [...this.#drifted],
    }).filter((line) => !ignored.has(line.split(" ", 2).join(" ")));
    expect(describeFindings(findings)).toEqual(ended);
    // The API key cannot see an organization that the update creates.
    const unseen = gaps.filter(({ failed }) => failed).map(({ organization }) => organization);
    expect(unseen.sort()).toEqual(listNames(review, "created"));
  }

  /** Expects that nothing differs from the layout, and that the review before the update named the broken rules. */
  async expectForeseen(before: Review): Promise<void> {
    const { findings, complete } = await this.#audit();
    // Avocado Connect keeps the organizations that leave the layout.
    const released = listNames(before, "released").map((name) => `${name} undeclaredOrganization`);
    expect({ complete, findings: describeFindings(findings) }).toEqual({ complete: true, findings: released });
    const { stdout } = await this.#preview();
    const after = await this.review(stdout);
    expect(after.people.filter(({ changed }) => changed)).toEqual([]);
    expect(after.settings).toEqual([]);
    expect(after.programChanges).toEqual([]);
    const kept = listNames(before, "kept").filter((name) => !this.#drifted.has(name));
    // People who accept count as admins. The first review also shows the people of lists whose declaration ends.
    const listLasting = ({ violations }: Review) => {
      const lines = violations.flatMap(({ rule, organizations: names }) =>
        rule === "admins" || rule === "change" ? [] : names.map((name) => `${name} ${rule}`),
      );
      return [...new Set(lines)].filter((line) => kept.includes(line.split(" ")[0] ?? "")).sort();
    };
    expect(listLasting(after)).toEqual(listLasting(before));
  }
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text);
}

function parse(layout: RandomLayout) {
  return parseLayout([{ file: "layout.json", text: JSON.stringify(layout) }], { now: new Date(), version: "0.1.0" });
}

/** Returns the members of each group, and the people and groups with a grant for each project and cohort. Undeclared lists are absent. */
function listAccess({ organizations }: Layout): ReadonlyMap<string, readonly string[]> {
  return new Map(
    organizations.flatMap((organization) => [
      ...listLayoutObjects(organization).flatMap(({ path, access }) =>
        access === undefined
          ? []
          : [
              [
                `${organization.name} ${path}`,
                [...access.users.map(canonicalizeEmail), ...access.groups.map((name) => `group ${name}`)],
              ] as const,
            ],
      ),
      ...(organization.groups ?? []).flatMap(({ name, members }) =>
        members === undefined ? [] : [[`${organization.name} group ${name}`, members.map(canonicalizeEmail)] as const],
      ),
    ]),
  );
}

/** Leaves out the grants of objects and groups for which the layout declares none, and cohorts whose project is out of reach without them. */
function omitUndeclared(access: AccessAnswer["access"], layout: Layout): AccessAnswer["access"] {
  const lists = listAccess(layout);
  const declared = access.flatMap((one) => {
    const isDeclared = (reason: (typeof one.reasons)[number]) =>
      !("group" in reason || reason.kind === "user") ||
      (lists.has(`${one.organization} ${one.name}`) &&
        (!("group" in reason) || lists.has(`${one.organization} group ${reason.group}`)));
    const reasons = one.reasons.filter(isDeclared);
    return reasons.length === 0 ? [] : [{ ...one, reasons }];
  });
  const reached = new Set(declared.map(({ organization, name }) => `${organization} ${name}`));
  return declared.filter(
    ({ organization, type, name }) => type === "project" || reached.has(`${organization} ${name.split("/")[0] ?? ""}`),
  );
}

/** Returns the layout in which an organization is as in the base. */
function restore(layout: RandomLayout, base: RandomLayout, name: string): RandomLayout {
  const choose = <Value>(present: Readonly<Record<string, Value>>, former: Readonly<Record<string, Value>>) =>
    Object.fromEntries(
      Object.entries(present)
        .filter(([key]) => key !== name)
        .concat(Object.entries(former).filter(([key]) => key === name)),
    );
  const findRoles = ({ people: all }: RandomLayout, email: string) =>
    Object.entries(all).find(([key]) => canonicalizeEmail(key) === email)?.[1] ?? {};
  const restored = [ada, ...people].map(
    (email) => [email, choose(findRoles(layout, email), findRoles(base, email))] as const,
  );
  return {
    ...layout,
    organizations: choose(layout.organizations, base.organizations),
    people: Object.fromEntries(restored.filter(([, roles]) => Object.keys(roles).length > 0)),
  };
}

/** Returns the rows of each organization, sorted. */
function describeRows(rows: ReturnType<typeof listRows>, isComparable: (name: string) => boolean) {
  const lines = [
    ...rows.organizations.map((row) => ({ organization: row.name, line: JSON.stringify(row) })),
    ...[...rows.people, ...rows.groups, ...rows.objects].map((row) => ({
      organization: row.organization,
      line: JSON.stringify(row),
    })),
    ...rows.settings.map((line) => ({
      organization: z.object({ organization: z.string() }).parse(JSON.parse(line)).organization,
      line,
    })),
  ];
  return lines
    .filter(({ organization }) => isComparable(organization))
    .map(({ organization, line }) => `${organization} ${line}`)
    .sort();
}

/** Returns the broken rules of each organization, with the people. */
function listBroken({ violations }: Review, isComparable: (name: string) => boolean): readonly string[] {
  return [
    ...new Set(
      violations.flatMap(({ rule, organizations, people }) =>
        organizations
          .filter(isComparable)
          .map((name) => `${name} ${rule} ${people.map(canonicalizeEmail).sort().join(" ")}`),
      ),
    ),
  ].sort();
}

const comparedKinds = ["outsideLayout", "undeclaredOrganization", "changedOwner"] as const;
const kindsOfConnect = [
  "openedProject",
  "undeclaredProject",
  "undeclaredGroup",
  "undeclaredGrant",
  "undeclaredMember",
] as const;

function describeFindings(findings: AuditReport["findings"]): readonly string[] {
  return findings
    .map(({ organization, kind, person, object }) =>
      [organization, kind, object?.name, person === undefined ? undefined : canonicalizeEmail(person)]
        .filter((word) => word !== undefined)
        .join(" "),
    )
    .sort();
}

function listNames(
  review: Review,
  ...changes: readonly Review["organizations"][number]["change"][]
): readonly string[] {
  return review.organizations
    .filter(({ change }) => changes.includes(change))
    .map(({ name }) => name)
    .sort();
}

/** Returns the findings about the access and the objects that exist before the change, and that the layout no longer declares. */
function listEnded(
  review: Review,
  { base, layout, outside }: { readonly base: Layout; readonly layout: Layout; readonly outside: readonly string[] },
): readonly string[] {
  const removed = listNames(review, "deleted", "released");
  const withName = <Row extends { readonly organization: string }>(row: Row) => ({
    ...row,
    organization: review.organizations.find(({ key }) => key === row.organization)?.name ?? "",
  });
  const isKept = ({ organization }: { readonly organization: string }) => !removed.includes(organization);
  const persons = review.people.map(withName).filter(isKept);
  const groups = (review.groups ?? []).map(withName).filter(isKept);
  const objects = (review.objects ?? []).map(withName).filter(isKept);
  const present = new Set(
    persons.flatMap(({ organization, email, before }) =>
      before === null ? [] : [`${organization} ${canonicalizeEmail(email)}`],
    ),
  );
  // Peridio ends the grants and the memberships in groups of a person who was removed outside Pulumi.
  const isPresent = (organization: string) => (email: string) =>
    present.has(`${organization} ${canonicalizeEmail(email)}`);
  const [former, declared] = [listAccess(base), listAccess(layout)];
  const ended = [
    ...removed.map((name) => `${name} undeclaredOrganization`),
    // No preview shows the people that the base ignores.
    ...base.organizations.flatMap(({ name, roster: { ignore } }) =>
      outside.includes(name) && createMatcher(ignore)(stranger) && !isIgnoredIn(layout, name)
        ? [`${name} outsideLayout ${stranger}`]
        : [],
    ),
    ...persons
      .filter(({ before, after }) => before !== null && after === null)
      .map(({ organization, email }) => `${organization} outsideLayout ${canonicalizeEmail(email)}`),
    ...groups.flatMap(({ organization, name, before, after }) => {
      if (before === null) return [];
      if (after === null) return [`${organization} undeclaredGroup ${name}`];
      const members = declared.get(`${organization} group ${name}`);
      return subtract(before.people.filter(isPresent(organization)), members).map(
        (email) => `${organization} undeclaredMember ${name} ${email}`,
      );
    }),
    ...objects.flatMap(({ organization, path, before, after }) => {
      if (before === null) return [];
      if (after === null) return [`${organization} undeclaredProject ${path}`];
      const isOpen = (reach: typeof before) => reach.reasons.some(({ kind }) => kind === "everyone");
      const grants = before.reasons.flatMap((reason) =>
        reason.kind === "user" ? reason.people : reason.kind === "group" ? [`group ${reason.group}`] : [],
      );
      // A grant for a cohort has no effect on people who do not reach its project. Only members have grants.
      const all = [...grants, ...(former.get(`${organization} ${path}`) ?? [])].filter(
        (one) => one.startsWith("group ") || isPresent(organization)(one),
      );
      return [
        ...(isOpen(before) && !isOpen(after) ? [`${organization} openedProject ${path}`] : []),
        ...subtract(all, declared.get(`${organization} ${path}`)).map((one) =>
          [`${organization} undeclaredGrant ${path}`, ...(one.startsWith("group ") ? [] : [one])].join(" "),
        ),
      ];
    }),
  ];
  return [...new Set(ended)].sort();
}

/** Reports if a layout does not declare an organization, or ignores the stranger there. */
function isIgnoredIn({ organizations }: Layout, name: string): boolean {
  const organization = organizations.find((one) => one.name === name);
  return organization === undefined || createMatcher(organization.roster.ignore)(stranger);
}

/** Returns the entries of a list that its declaration does not contain; none without a declaration. */
function subtract(before: readonly string[], declared: readonly string[] | undefined): readonly string[] {
  return declared === undefined ? [] : before.map(canonicalizeEmail).filter((one) => !declared.includes(one));
}
