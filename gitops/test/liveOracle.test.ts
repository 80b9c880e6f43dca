import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { Engine, type Wire } from "#framework/testing";
import { provider } from "#provider";
import { auditReport } from "../src/audit/report";
import { exportReport } from "../src/export/report";
import { review, type Review } from "../src/review/review";
import { accessAnswer } from "../src/who/report";
import {
  type Answers,
  computeAccess,
  computeAccessAfter,
  computeAccessOfStrangers,
  computeApiTokens,
  computeClaimTokens,
  computeTunnels,
  listPending,
  readAnswers,
  type Rules,
} from "./oracle/liveOracle";
import { Acme, apiKey } from "./support/acme";
import { declareAnswers, type Style } from "./support/declaredAnswers";
import { document } from "./support/document";
import { createOrganizations, randomOrganization } from "./support/randomOrganizations";
import { listReached } from "./support/reachedAccess";

/**
 * Random organizations: the provider, `who`, audits, exports and reviews agree with a computation from the raw answers. Its sources are
 * the facts N1, N3, N4, N5, N6 and N8, and the guides.
 */
const count = process.env.TESTS === "all" ? 200 : 40;
const seed = Number(process.env.ORGANIZATIONS_SEED ?? 1);

let acme: Acme;
let organizations: readonly Answers[];
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "live-oracle-"));
  acme = await Acme.begin();
  await createOrganizations(acme, fc.sample(randomOrganization, { seed, numRuns: count }));
  organizations = await readAnswers(acme.url, apiKey);
});
afterAll(async () => {
  await acme.end();
  rmSync(folder, { recursive: true });
});

/** Returns a value for each organization by its name, so that a failure names the organization. */
function byName<Value>(getValue: (one: Answers, index: number) => Value): Record<string, Value> {
  return Object.fromEntries(organizations.map((one, index) => [one.slug, getValue(one, index)]));
}

/** Calls a function of the provider for each organization, by default once. */
async function invoke<Result extends z.ZodType>(
  name: string,
  result: Result,
  listArguments: (one: Answers) => readonly Wire[] = ({ slug }) => [{ organizationId: slug }],
): Promise<readonly (readonly z.infer<Result>[])[]> {
  const calls = organizations.map(listArguments);
  const results = await startEngine(apiKey).invoke(...calls.flat().map((args): [string, Wire] => [name, args]));
  return calls.map((own) => own.map(() => result.parse(results.shift())));
}

function startEngine(key: string): Engine {
  const environment = { PERIDIO_API_KEY: key, PERIDIO_BASE_URL: acme.url };
  return new Engine({ provider }, environment, { backend: "connect", maxRetries: "1" });
}

/** Runs a command line, and returns its JSON. */
async function report<Schema extends z.ZodType>(schema: Schema, ...args: readonly string[]): Promise<z.infer<Schema>> {
  const environment = { PERIDIO_API_KEY: apiKey, PERIDIO_BASE_URL: acme.url, PERIDIO_BACKEND: "connect" };
  const { output, errors } = await acme.run([...args, "--json"], { folder, environment });
  if (output === "") throw new Error(errors);
  return schema.parse(JSON.parse(output));
}

/** Asks `who` for the access of these people, and returns it by organization, as the computation words it. */
async function listAccess(people: Iterable<string>, ...source: readonly string[]): Promise<Record<string, string[]>> {
  const lines = byName((): string[] => []);
  for (const person of people) {
    const { access, memberships } = await report(accessAnswer, "who", person, ...source);
    const unknown = memberships.filter(({ status }) => status === "undeclared").map(({ organization }) => organization);
    for (const one of access) {
      const mark = unknown.includes(one.organization) ? "perhaps " : "";
      lines[one.organization]?.push(`${mark}${describeAccess(one)}`);
    }
  }
  return byName(({ slug }) => lines[slug]?.sort() ?? []);
}

type Access = z.infer<typeof accessAnswer>["access"][number];

function describeAccess({ person, name, reasons }: Access): string {
  const words = reasons.map((reason) => {
    if (reason.kind === "role") return `role ${reason.role}`;
    return "group" in reason ? `group ${reason.group}` : reason.kind;
  });
  return `${person} ${name}: ${words.sort().join(", ")}`;
}

function listPeople(): ReadonlySet<string> {
  return new Set(
    organizations.flatMap(({ members, invitations }) => [...members, ...invitations].map((one) => one.email)),
  );
}

test("the organizations contain every case", () => {
  const lines = organizations.flatMap((one) => computeAccessAfter(one, one.invitations)).join("\n");
  for (const reason of ["role owner", "role admin", "everyone", "user", "group field"]) {
    expect(lines).toContain(`firmware/canary: ${reason}\n`);
  }
  const { now } = acme.emulator;
  const tokens = organizations.flatMap((one) => computeApiTokens(one, now));
  const claims = organizations.flatMap((one) => computeClaimTokens(one, now));
  const tunnels = organizations.flatMap(computeTunnels);
  const strangers = organizations.flatMap(computeAccessOfStrangers);
  expect({
    invitations: listDistinct(organizations.flatMap(({ invitations }) => invitations.map(({ status }) => status))),
    tokens: listDistinct(tokens.map(({ actsAs, hasExpired }) => `${actsAs?.split(" ")[1] ?? "nobody"} ${hasExpired}`)),
    claims: listDistinct(claims.map(({ works, cohort }) => `${works} ${cohort !== undefined}`)),
    strangers: listDistinct(strangers.map((line) => (line.includes("/") ? "cohort" : "project"))),
    allowlists: listDistinct(tunnels.map(({ rules }) => `${rules.cidrAllowlist?.length}`)),
  }).toEqual({
    invitations: ["expired", "pending"],
    tokens: ["admin", "member", "nobody", "owner"].flatMap((role) => [`${role} false`, `${role} true`]),
    claims: ["false false", "false true", "true false", "true true"],
    strangers: ["cohort", "project"],
    allowlists: ["0", "1", "2", "undefined"],
  });
});

function listDistinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

test("getEffectiveAccess returns the access to projects", async () => {
  const row = z.object({ email: z.string(), project: z.string(), reasons: z.array(z.string()) });
  const results = await invoke("getEffectiveAccess", z.object({ access: z.array(row).default([]) }));
  const describe = ({ email, project, reasons }: z.infer<typeof row>) =>
    `${email} ${project}: ${[...reasons].sort().join(", ")}`;
  expect(byName((_, index) => results[index]?.flatMap(({ access }) => access.map(describe)).sort())).toEqual(
    byName((one) => computeAccess(one).filter((line) => !line.includes("/"))),
  );
});

test("`who` shows the access of each person, and the people of each object", async () => {
  expect(await listAccess(listPeople())).toEqual(byName(computeAccess));
  for (const path of ["firmware", "firmware/canary"]) {
    const { access } = await report(accessAnswer, "who", "--project", path);
    const found = ({ slug }: Answers) => access.filter(({ organization }) => organization === slug);
    expect(byName((one) => found(one).map(describeAccess).sort())).toEqual(
      byName((one) => computeAccess(one).filter((line) => line.includes(` ${path}: `))),
    );
  }
});

test("each API token acts for its person with the person's role, or does not work", async () => {
  const row = z.object({ id: z.string(), owner: z.string().optional() });
  const results = await invoke("getApiTokens", z.object({ apiTokens: z.array(row).default([]) }));
  const owners = new Map(results.flat().flatMap(({ apiTokens }) => apiTokens.map(({ id, owner }) => [id, owner])));
  const user = z.object({ email: z.string(), organizations: z.array(z.object({ role: z.string() })) });
  for (const one of organizations) {
    const secrets = new Map(acme.control.getOrganization(one.slug).api_tokens.map(({ id, token }) => [id, token]));
    for (const { id, actsAs, hasExpired } of computeApiTokens(one, acme.emulator.now)) {
      if (actsAs !== undefined) expect(owners.get(`prn:1:${one.id}/${id}`)).toBe(actsAs.split(" ")[0]);
      const answer = startEngine(secrets.get(id) ?? "").invoke(["getCurrentUser", {}]);
      if (actsAs === undefined || hasExpired) await expect(answer).rejects.toThrow(/401/);
      else {
        const [{ email, organizations: found }] = z.tuple([user]).parse(await answer);
        expect(found.map(({ role }) => `${email} ${role}`)).toEqual([actsAs]);
      }
    }
  }
});

test("getClaimTokens returns the cohorts of the devices that join", async () => {
  const found = z.object({ id: z.string(), cohortId: z.string().optional() });
  const named = z.object({ id: z.string(), name: z.string() });
  const tokens = await invoke("getClaimTokens", z.object({ claimTokens: z.array(found).default([]) }));
  const cohorts = await invoke(
    "getCohorts",
    z.object({ cohorts: z.array(named.extend({ projectId: z.string() })).default([]) }),
  );
  const projects = await invoke("getProjects", z.object({ projects: z.array(named).default([]) }));
  const names = new Map(projects.flat().flatMap((one) => one.projects.map(({ id, name }) => [id, name])));
  const paths = new Map(
    cohorts
      .flat()
      .flatMap((one) =>
        one.cohorts.map(({ id, projectId, name }) => [id.split("/").at(-1), `${names.get(projectId) ?? ""}/${name}`]),
      ),
  );
  expect(
    byName((_, index) =>
      tokens[index]
        ?.flatMap((one) => one.claimTokens.map(({ id, cohortId }) => `${id} ${paths.get(cohortId) ?? ""}`))
        .sort(),
    ),
  ).toEqual(
    byName((one) =>
      computeClaimTokens(one, acme.emulator.now)
        .map(({ id, cohort = "" }) => `prn:1:${one.id}/${id} ${cohort}`)
        .sort(),
    ),
  );
});

test("getTunnelPolicy returns the rules in force of each cohort", async () => {
  const rules = z.object({
    maxTtlSeconds: z.number().optional(),
    backoffSeconds: z.number().optional(),
    maxConcurrent: z.number().optional(),
    cidrAllowlist: z.array(z.string()).optional(),
    requireReason: z.boolean().optional(),
    allowedWindows: z.array(z.string()).default([]),
  });
  const results = await invoke("getTunnelPolicy", z.object({ policy: rules }), (one) =>
    computeTunnels(one).map(({ id }) => ({ organizationId: one.slug, cohortId: `prn:1:${one.id}/${id}` })),
  );
  const simplify = ({ allowedWindows, ...rest }: z.infer<typeof rules>) => ({
    ...rest,
    isBlocked: allowedWindows.length > 0,
  });
  expect(byName((_, index) => results[index]?.map(({ policy }) => simplify(policy)))).toEqual(
    byName((one) => computeTunnels(one).map(({ rules }) => rules)),
  );
});

test("`who` of exported layouts shows the access after acceptance, if the export is complete", async () => {
  const { organizations: exported } = await report(exportReport, "export", "--force");
  const complete = new Set(exported.flatMap(({ name, leftOut }) => (leftOut.length === 0 ? [name] : [])));
  expect(complete.size).toBeGreaterThan(count / 4);
  const found = await listAccess(listPeople(), "--layout", join(folder, "layout.yaml"));
  const select = <Value>(all: Record<string, Value>) => Object.entries(all).filter(([name]) => complete.has(name));
  expect(select(found)).toEqual(select(byName((one) => computeAccessAfter(one, listPending(one)))));
});

describe("previews that declare the organizations", () => {
  let reviews: ReadonlyMap<string, Review>;
  const getStyle = (index: number): Style => ({
    hasRoster: index % 2 === 0,
    ownerRole: index % 4 < 2 ? "owner" : "admin",
  });
  const getFile = ({ slug }: Answers) => join(folder, `${slug}.json`);
  beforeAll(async () => {
    const all = new Map<string, Review>();
    for (const [index, one] of organizations.entries()) {
      writeFileSync(getFile(one), document(declareAnswers(one, getStyle(index)), { stack: one.slug }));
      all.set(one.slug, await report(review, "review", getFile(one)));
    }
    reviews = all;
  });

  const listWords = (slug: string) => reviews.get(slug)?.settings.map(({ words }) => words) ?? [];

  test("have reviews with the access after acceptance", () => {
    const found = byName(({ slug }) => reviews.get(slug));
    expect(byName(({ slug }) => found[slug] && listReached(found[slug]))).toEqual(
      byName((one) => computeAccessAfter(one, one.invitations)),
    );
  });

  test("answer `who` with the access after acceptance", async () => {
    const files = organizations.flatMap((one) => ["--preview", getFile(one)]);
    expect(await listAccess(listPeople(), ...files)).toEqual(
      byName((one, index) =>
        [
          ...computeAccessAfter(one, one.invitations),
          ...(getStyle(index).hasRoster
            ? []
            : computeAccessOfStrangers(one).map((line) => `perhaps ${line.toLowerCase()}`)),
        ].sort(),
      ),
    );
  });

  test("have reviews with the rules in force of each cohort", () => {
    const pattern = /^Rules in force for cohort (\S+): (.*)\.$/;
    const found = byName(({ slug }) =>
      listWords(slug).flatMap((words) => {
        const [, path = "", rules = ""] = pattern.exec(words) ?? [];
        return path === "" ? [] : [`${path} ${rules.replace(/: (?:[^.]|\.(?! ))* → /g, ": ")}`];
      }),
    );
    expect(found).toEqual(
      byName((one) => computeTunnels(one).map(({ path, rules }) => `${path} ${describeRules(rules)}`)),
    );
  });

  test("have reviews with the cohorts of claim tokens", () => {
    const pattern = /^Claim token (\S+): created\..* Cohort: (\S+)\.$/;
    const found = byName(({ slug }) =>
      listWords(slug).flatMap((words) => {
        const [, id = "", path = ""] = pattern.exec(words) ?? [];
        return id === "" ? [] : [`${id} ${path}`];
      }),
    );
    const { now } = acme.emulator;
    expect(byName(({ slug }) => found[slug]?.sort())).toEqual(
      byName((one) =>
        computeClaimTokens(one, now)
          .flatMap(({ id, cohort }) => (cohort === undefined ? [] : [`${id} ${cohort}`]))
          .sort(),
      ),
    );
  });

  test("have audits with each token that works, or has no person", async () => {
    const kinds = ["--kind", "undeclaredToken", "--kind", "tokenWithoutMember"];
    const previews = organizations.flatMap((one) => ["--preview", getFile(one)]);
    const { findings } = await report(auditReport, "audit", ...kinds, ...previews);
    const found = byName(({ slug }) =>
      findings
        .filter(({ organization }) => organization === slug)
        .map(({ kind, severity, object }) => `${object?.id.split("/").at(-1) ?? ""} ${kind} ${severity}`)
        .sort(),
    );
    const { now } = acme.emulator;
    expect(found).toEqual(
      byName((one) =>
        [
          ...computeApiTokens(one, now).flatMap(({ id, actsAs = "", hasExpired }) =>
            hasExpired
              ? []
              : [
                  `${id} undeclaredToken ${actsAs.endsWith(" member") ? "medium" : "high"}`,
                  ...(actsAs === "" ? [`${id} tokenWithoutMember high`] : []),
                ],
          ),
          ...computeClaimTokens(one, now).flatMap(({ id, works, isUnlimited }) =>
            works ? [`${id} undeclaredToken ${isUnlimited ? "high" : "medium"}`] : [],
          ),
        ].sort(),
      ),
    );
  });
});

const durations: Readonly<Record<number, string>> = { 0: "0s", 60: "1m", 600: "10m", 1800: "30m", 3600: "1h" };

/** Words rules as a review does. No tunnel lasts longer than one hour (N5). */
function describeRules(rules: Rules): string {
  const { maxTtlSeconds = 3600, backoffSeconds, maxConcurrent, cidrAllowlist, requireReason, isBlocked } = rules;
  const addresses =
    cidrAllowlist?.length === 0 ? "empty, which permits every address or none" : cidrAllowlist?.join(", ");
  return [
    `Longest tunnel: ${durations[Math.min(maxTtlSeconds, 3600)] ?? ""}`,
    `Pause between tunnels: ${backoffSeconds === undefined ? "no rule" : (durations[backoffSeconds] ?? "")}`,
    `Tunnels at once: ${maxConcurrent ?? "at most 1 by default"}`,
    `Allowlist of tunnels: ${addresses ?? "0.0.0.0/0 by default"}`,
    `Reason: ${requireReason === true ? "required" : "not required"}`,
    `Windows: ${isBlocked ? "block every tunnel" : "none"}`,
  ].join(". ");
}
