import * as z from "zod";
import { main } from "../actions";
import { names as environments } from "../gitlab";
import { type ForgeApi, ignoreGone } from "../requests";
import { pipelineFiles } from "./files";
import { type Choices, compareProperties, passValue, type Problem, type Setting } from "./setting";

const variable = z.looseObject({ key: z.string() });
const project = z.looseObject({ ci_config_path: z.string().nullish() });
const branch = z.looseObject({ push_access_levels: z.array(z.object({ access_level: z.number().nullish() })) });
const level = z.object({
  user_id: z.number().nullish(),
  group_id: z.number().nullish(),
  access_level: z.number().nullish(),
});
const environment = z.object({ name: z.string(), deploy_access_levels: z.array(level) });
const users = z.array(z.object({ id: z.number() }));
const schedule = z.object({ ref: z.string(), active: z.boolean() });

/** GitLab masks any character of a raw value except spaces, and expands no `$` in it. */
const masked = " --masked --raw";
const adminOnly = { protected: true, environment_scope: "access/*" };
const branchSettings = { allow_force_push: false, code_owner_approval_required: true };
const approvalSettings = { reset_approvals_on_push: true };
const projectSettings = {
  only_allow_merge_if_pipeline_succeeds: true,
  allow_merge_on_skipped_pipeline: false,
  // The merge commit with semi-linear history.
  merge_method: "rebase_merge",
  // Prevents outdated deployment jobs.
  ci_forward_deployment_enabled: true,
  // Guests of a private project see no files, but the logs and artifacts of public jobs.
  public_jobs: false,
  ci_pipeline_variables_minimum_override_role: "no_one_allowed",
  ci_allow_fork_pipelines_to_run_in_parent_project: false,
};

/** Returns the settings of a project at GitLab, in the order in which a person makes them. */
export function createGitLabSettings({ approvers, secrets, backend }: Choices): readonly Setting[] {
  const logins = approvers.filter((login) => /^[\w.-]+$/.test(login));
  // An unknown login stops the command.
  const ids = (logins.length === 0 ? ["LOGIN"] : logins).map(
    (login, index) => `id${index}=$(glab api 'users?username=${login}' | jq -e '.[0].id') && `,
  );
  const people = ids.map((_, index) => `{"user_id":'$id${index}'}`).join(",");
  const protectApproved = `${ids.join("")}${protect(environments.approved, people)}`;
  const protectAutomatic = protect(environments.automatic, '{"access_level":40}');
  return [
    ...secrets.map((name) => createVariable(name, { masked: true }, masked)),
    ...(backend === undefined ? [] : [createVariable("PULUMI_BACKEND_URL", {}, "")]),
    createVariable(
      "PERIDIO_ADMIN_API_KEY",
      { masked: true, ...adminOnly },
      `${masked} --protected --scope '${adminOnly.environment_scope}'`,
    ),
    createVariable(
      "ACCESS_REVIEW_TOKEN",
      { masked: true },
      masked,
      '<<< "$(glab token create access-review --access-level reporter --scope api --duration 365d)"',
    ),
    {
      name: `protected branch ${main}`,
      commands: [
        "glab api -X DELETE projects/:id/protected_branches/main",
        `glab api -X POST projects/:id/protected_branches -f name=main -F push_access_level=0 -F merge_access_level=40${formatFields(branchSettings)}`,
      ],
      find: async (api) => {
        const found = await api.json(`protected_branches/${main}`, branch).catch(ignoreGone);
        if (found === undefined) return [{ reason: "the branch is not protected" }];
        const canPush = found.push_access_levels.some(({ access_level: level }) => level !== 0);
        return [...(canPush ? [{ reason: "people can push to it" }] : []), ...compareProperties(found, branchSettings)];
      },
    },
    {
      name: "protected environments",
      commands: [protectApproved, protectAutomatic],
      find: async (api) => {
        const found = await api.all("protected_environments", environment);
        const levels = (name: string) => found.find((one) => one.name === name)?.deploy_access_levels ?? [];
        const [approved, automatic] = [levels(environments.approved), levels(environments.automatic)];
        const problems = approved.length === 0 ? [] : await findApproverProblems(api, approved, approvers);
        // GitLab does not change the protection of an environment that has one.
        const commands = [
          `glab api -X DELETE projects/:id/protected_environments/${encodeURIComponent(environments.approved)}`,
          protectApproved,
        ];
        return [
          ...(approved.length === 0 ? [createOpenProblem(environments.approved, protectApproved)] : []),
          ...(automatic.length === 0 ? [createOpenProblem(environments.automatic, protectAutomatic)] : []),
          ...problems.map((problem) => ({ ...problem, commands })),
        ];
      },
    },
    {
      name: "settings of the project",
      commands: [`glab api -X PUT projects/:id${formatFields(projectSettings)}`],
      find: async (api) => compareProperties(await api.json("", project), projectSettings),
    },
    {
      name: "pipeline of another project",
      commands: [
        "# Move .gitlab-ci.yml to a project that only its owners can change, such as acme/access-pipelines.",
        "glab api -X PUT projects/:id -f ci_config_path=.gitlab-ci.yml@acme/access-pipelines",
      ],
      find: async (api) =>
        (await api.json("", project)).ci_config_path?.includes("@") === true
          ? []
          : [{ reason: "the pipeline of a branch runs as the branch defines it" }],
    },
    {
      name: "approvals of merge requests",
      commands: [`glab api -X POST projects/:id/approvals${formatFields(approvalSettings)}`],
      find: async (api) => compareProperties(await api.json("approvals", z.looseObject({})), approvalSettings),
    },
    {
      name: "schedule of the nightly report",
      commands: ["glab schedule create --cron '17 3 * * *' --description 'Nightly report' --ref main"],
      find: async (api) => {
        for await (const { ref, active } of api.list("pipeline_schedules", schedule))
          if (active && (ref === main || ref === `refs/heads/${main}`)) return [];
        return [{ reason: `no active schedule starts the pipeline of ${main}` }];
      },
    },
  ];
}

function protect(name: string, levels: string): string {
  return `echo '{"name":"${name}","deploy_access_levels":[${levels}]}' | glab api -X POST projects/:id/protected_environments --header 'Content-Type: application/json' --input -`;
}

function createOpenProblem(name: string, command: string): Problem {
  return { reason: `${name} is not protected`, commands: [command] };
}

/** Reports who can approve a deployment beside the approvers. An approver without an entry cannot. */
async function findApproverProblems(
  api: ForgeApi,
  levels: readonly z.output<typeof level>[],
  approvers: readonly string[],
): Promise<readonly Problem[]> {
  const name = environments.approved;
  const ids = await Promise.all(
    approvers.map(async (login) => {
      const [found] = await api.json(`../../users?username=${encodeURIComponent(login)}`, users);
      return { login, id: found?.id };
    }),
  );
  const people = levels.flatMap(({ user_id: id }) => id ?? []);
  const others = people.filter((id) => !ids.some((one) => one.id === id));
  return [
    ...(people.length === levels.length ? [] : [{ reason: `a role or a group can deploy to ${name}` }]),
    ...ids
      .filter(({ id }) => id === undefined || !people.includes(id))
      .map(({ login }) => ({ reason: `the approver ${login} cannot deploy to ${name}` })),
    ...(approvers.length === 0
      ? []
      : others.map((id) => ({ reason: `the user ${id}, who is no approver, can deploy to ${name}` }))),
  ];
}

/** Reads a file of the main branch or, for the pipeline, of the project that contains it. */
export async function readFile(api: ForgeApi, path: string): Promise<string | undefined> {
  const { ci_config_path: configured } = await api.json("", project);
  const isMoved = path === pipelineFiles.gitlab && configured?.includes("@") === true;
  const [file = "", other = ""] = isMoved ? configured.split("@") : [path];
  const base = isMoved ? `../${encodeURIComponent(other)}/` : "";
  const place = `${base}repository/files/${encodeURIComponent(file)}/raw?ref=${isMoved ? "HEAD" : main}`;
  return (await api.bytes(place).catch(ignoreGone))?.toString();
}

function createVariable(
  name: string,
  expected: Readonly<Record<string, string | boolean>>,
  options: string,
  value = passValue(name),
): Setting {
  return {
    name: `variable ${name}`,
    commands: [`glab variable set ${name}${options} ${value}`],
    find: async (api) => {
      // One name can have several values, each for some environments.
      const found = (await api.all("variables", variable)).filter(({ key }) => key === name);
      return found.length === 0
        ? [{ reason: "it is missing" }]
        : found.flatMap((one) => compareProperties(one, expected));
    },
  };
}

function formatFields(fields: Readonly<Record<string, string | boolean>>): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${typeof value === "string" ? "-f" : "-F"} ${name}=${value}`)
    .join("");
}
