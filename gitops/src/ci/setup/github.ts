import * as z from "zod";
import { includesLogin } from "../../logins";
import { CommandError } from "../../exit";
import { main, user } from "../actions";
import { approvalEnvironment } from "../github";
import { type ForgeApi, ignoreGone } from "../requests";
import { type Choices, createEntries, type Entry, passValue, type Problem, type Setting } from "./setting";

const environment = z.object({
  protection_rules: z.array(
    z.object({
      type: z.string(),
      prevent_self_review: z.boolean().optional(),
      reviewers: z.array(z.object({ type: z.string(), reviewer: user.partial() })).optional(),
    }),
  ),
  deployment_branch_policy: z.looseObject({}).nullish(),
});
const entry = z.object({ name: z.string(), value: z.string().optional() });
const policy = z.object({ name: z.string(), type: z.string().optional() });
const rule = z.object({
  type: z.string(),
  ruleset_id: z.number().optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
});
const ruleset = z.object({
  name: z.string(),
  target: z.string(),
  enforcement: z.string(),
  bypass_actors: z.array(z.unknown()).optional(),
  conditions: z.object({ ref_name: z.record(z.string(), z.array(z.string())).optional() }).nullish(),
  rules: z.array(rule).default([]),
});
const checks = z.array(z.object({ context: z.string(), integration_id: z.number().nullish() }));
const file = z.object({ content: z.string(), encoding: z.literal("base64") });

const adminKey = "PERIDIO_ADMIN_API_KEY";
const isAdminKey = ({ name }: Entry) => name === adminKey;

/** The check of a pull request, by the app GitHub Actions. */
const reviewCheck = { context: "access / review", integration_id: 15_368 };

/** The branches that can use an environment: those that `deployment-branch-policies` lists. */
const branchPolicy = { protected_branches: false, custom_branch_policies: true };

const branchRules = [
  { type: "deletion" },
  { type: "non_fast_forward" },
  {
    type: "pull_request",
    parameters: {
      required_approving_review_count: 1,
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: true,
      require_last_push_approval: true,
      required_review_thread_resolution: false,
    },
  },
  {
    type: "required_status_checks",
    parameters: { strict_required_status_checks_policy: true, required_status_checks: [reviewCheck] },
  },
];

/** Returns the settings of a repository at GitHub, in the order in which a person makes them. */
export function createGitHubSettings({ approvers, secrets, backend }: Choices): readonly Setting[] {
  return [
    ...createEntries(
      backend === undefined ? [] : ["PULUMI_BACKEND_URL"],
      "variable",
      async (api) => readList(api, "actions/variables", entry),
      (name) => `gh variable set ${name} ${passValue(name)}`,
      backend,
    ),
    ...createEntries(secrets, "secret", listSecrets, (name) => `gh secret set ${name} ${passValue(name)}`),
    {
      name: "environment access",
      commands: [...createEnvironment("access"), `gh secret set ${adminKey} --env access ${passValue(adminKey)}`],
      find: async (api) => {
        const found = await findEnvironment(api, "access");
        if (found.rules === undefined) return found.problems;
        const hasKey = (await readList(api, "environments/access/secrets", entry)).some(isAdminKey);
        return [...found.problems, ...(hasKey ? [] : [{ reason: `it has no secret ${adminKey}` }])];
      },
    },
    {
      name: `secret ${adminKey} outside of environments`,
      commands: [],
      find: async (api) =>
        (await listSecrets(api)).some(isAdminKey)
          ? [{ reason: "the workflow of every branch can read it", commands: [`gh secret delete ${adminKey}`] }]
          : [],
    },
    {
      name: `environment ${approvalEnvironment}`,
      commands: createEnvironment(approvalEnvironment, approvers),
      find: async (api) => {
        const found = await findEnvironment(api, approvalEnvironment);
        return [...found.problems, ...(found.rules ? findReviewerProblems(found.rules, approvers) : [])];
      },
    },
    {
      name: `rules of the branch ${main}`,
      commands: [createRuleset("branch", `refs/heads/${main}`, branchRules)],
      find: findRuleProblems,
    },
    {
      name: `rules of the tag ${main}`,
      commands: [createRuleset("tag", `refs/tags/${main}`, [{ type: "creation" }])],
      find: findTagProblems,
    },
  ];
}

/** Reads a list, which is the only array of an answer. @throws CommandError if it is not complete. */
async function readList<T>(api: ForgeApi, path: string, schema: z.ZodType<T>): Promise<readonly T[]> {
  const answer = z.object({ total_count: z.number() }).catchall(z.array(schema));
  const { total_count: total, ...lists } = await api.json(`${path}?per_page=100`, answer);
  const entries = Object.values(lists).flat();
  if (entries.length === total) return entries;
  throw new CommandError(`GitHub shows ${entries.length} of the ${total} entries of ${path}.`);
}

/** Returns the secrets that every workflow of the repository can read. */
async function listSecrets(api: ForgeApi): Promise<readonly Entry[]> {
  const paths = ["actions/secrets", "actions/organization-secrets"];
  return (await Promise.all(paths.map(async (path) => readList(api, path, entry)))).flat();
}

/** Reads a file of the main branch, as GitHub and Gitea return it. */
export async function readFile(api: ForgeApi, path: string): Promise<string | undefined> {
  const found = await api.json(`contents/${path}?ref=${main}`, file).catch(ignoreGone);
  return found && Buffer.from(found.content, "base64").toString();
}

/** Returns the mistakes that GitHub finds in the file of code owners, such as unknown owners. */
export async function findOwnerErrors(api: ForgeApi): Promise<readonly Problem[]> {
  const schema = z.object({ errors: z.array(z.object({ line: z.number(), kind: z.string() })) });
  const { errors } = await api.json(`codeowners/errors?ref=${main}`, schema);
  return errors.map(({ line, kind }) => ({ reason: `line ${line}: ${kind}` }));
}

/** With approvers, the environment needs the approval of one of them. The id of an unknown login stops the first command. */
function createEnvironment(name: string, approvers?: readonly string[]): readonly string[] {
  const path = `repos/{owner}/{repo}/environments/${name}`;
  // A login of another form would be a command of the shell.
  const logins = approvers?.filter((login) => /^[\w-]+$/.test(login));
  const people = logins?.length === 0 ? ["LOGIN"] : logins;
  const ids = people?.map((login, index) => `id${index}=$(gh api users/${login} --jq .id) && `) ?? [];
  const reviewers = ids.map((_, index) => `{"type":"User","id":'$id${index}'}`).join(",");
  const fields = JSON.stringify({
    deployment_branch_policy: branchPolicy,
    ...(people && { prevent_self_review: true, reviewers: [] }),
  }).replace("[]", `[${reviewers}]`);
  return [
    `${ids.join("")}echo '${fields}' | gh api -X PUT ${path} --input -`,
    `gh api -X POST ${path}/deployment-branch-policies -f name=${main}`,
  ];
}

function createRuleset(target: string, ref: string, rules: readonly object[]): string {
  const conditions = { ref_name: { include: [ref], exclude: [] } };
  const body = { name: `access: ${target}`, target, enforcement: "active", bypass_actors: [], conditions, rules };
  return `echo '${JSON.stringify(body)}' | gh api -X POST repos/{owner}/{repo}/rulesets --input -`;
}

/** Returns the rules of an environment, and the problems of the branches that can use it. */
async function findEnvironment(api: ForgeApi, name: string) {
  const found = await api.json(`environments/${name}`, environment).catch(ignoreGone);
  if (found === undefined) return { rules: undefined, problems: [{ reason: "it is missing" }] };
  const { protection_rules: rules, deployment_branch_policy: limit } = found;
  if (limit?.custom_branch_policies !== true)
    return { rules, problems: [{ reason: `other branches than ${main} can deploy to it` }] };
  const policies = await readList(api, `environments/${name}/deployment-branch-policies`, policy);
  const others = policies.filter((one) => one.name !== main || one.type === "tag");
  const page = `# Remove it in the settings of the repository, under Environments > ${name}.`;
  return {
    rules,
    problems: [
      ...(policies.length === others.length ? [{ reason: `the branch ${main} cannot deploy to it` }] : []),
      ...others.map((one) => ({ reason: `the branch or tag ${one.name} can deploy to it`, commands: [page] })),
    ],
  };
}

function findReviewerProblems(
  rules: z.output<typeof environment>["protection_rules"],
  approvers: readonly string[],
): readonly Problem[] {
  const rule = rules.find(({ type }) => type === "required_reviewers");
  const reviewers = rule?.reviewers ?? [];
  if (reviewers.length === 0) return [{ reason: "it has no required reviewers" }];
  const people = reviewers.flatMap(({ reviewer: { login } }) => login ?? []);
  const missing = approvers.filter((login) => !includesLogin(people, login));
  const hasTeam = reviewers.some(({ type }) => type === "Team");
  return [
    ...(rule?.prevent_self_review === true ? [] : [{ reason: "it allows self-review" }]),
    ...missing.map((login) => ({
      reason: `the approver ${login} is no reviewer${hasTeam ? ", or in a team, whose people are not read" : ""}`,
      ...(hasTeam && { isUnknown: true as const }),
    })),
  ];
}

/** Compares the rules of the main branch with those of `branchRules`. A rule that people can bypass does not count. */
async function findRuleProblems(api: ForgeApi): Promise<readonly Problem[]> {
  const found = await api.all(`rules/branches/${main}`, rule);
  const ids = new Set(found.flatMap(({ ruleset_id: id }) => id ?? []));
  const rulesets = new Map(await Promise.all([...ids].map(async (id) => [id, await readRuleset(api, id)] as const)));
  const problems = branchRules.flatMap(({ type, parameters = {} }): readonly Problem[] => {
    const same = found.filter((one) => one.type === type);
    if (same.length === 0) return [{ reason: `no rule \`${type}\`` }];
    const strict = [
      same,
      ...Object.entries(parameters).map(([name, value]) =>
        same.filter((one) => isAsStrict(one.parameters[name], value)),
      ),
    ];
    return strict.flatMap((rules, index) =>
      rules.length > 0
        ? findBypass(rules.map(({ ruleset_id: id }) => rulesets.get(id ?? 0)))
        : [{ reason: `no rule \`${type}\` with \`${Object.keys(parameters)[index - 1] ?? ""}\`` }],
    );
  });
  return problems.filter(({ reason }, index) => problems.findIndex((one) => one.reason === reason) === index);
}

function isAsStrict(found: unknown, value: unknown): boolean {
  if (typeof value === "number") return typeof found === "number" && found >= value;
  if (typeof value === "boolean") return !value || found === true;
  return checks
    .parse(found ?? [])
    .some(({ context, integration_id: app }) => context === reviewCheck.context && app === reviewCheck.integration_id);
}

async function readRuleset(api: ForgeApi, id: number) {
  return api.json(`rulesets/${id}`, ruleset).catch(ignoreGone);
}

/** Returns nothing if nobody can bypass one of several rulesets that require the same. */
function findBypass(rulesets: readonly (z.output<typeof ruleset> | undefined)[]): readonly Problem[] {
  if (rulesets.some((one) => one?.bypass_actors?.length === 0)) return [];
  const [open] = rulesets.flatMap((one) => (one?.bypass_actors === undefined ? [] : [one.name]));
  if (open === undefined) return [{ reason: "the token does not show who can bypass the rules", isUnknown: true }];
  const page = "# Empty its bypass list in the settings of the repository, under Rules > Rulesets.";
  return [{ reason: `people or apps can bypass the ruleset \`${open}\``, commands: [page] }];
}

async function findTagProblems(api: ForgeApi): Promise<readonly Problem[]> {
  const found = await api.all("rulesets", z.object({ id: z.number() }));
  const rulesets = (await Promise.all(found.map(async ({ id }) => readRuleset(api, id)))).filter((one) => {
    const { include = [], exclude = [] } = one?.conditions?.ref_name ?? {};
    const isIncluded = [`refs/tags/${main}`, "~ALL"].some((ref) => include.includes(ref)) && exclude.length === 0;
    const forbids = one?.rules.some(({ type }) => type === "creation") === true;
    return one?.target === "tag" && one.enforcement === "active" && isIncluded && forbids;
  });
  return rulesets.length === 0 ? [{ reason: "people can create the tag" }] : findBypass(rulesets);
}
