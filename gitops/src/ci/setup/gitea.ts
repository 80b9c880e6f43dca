import * as z from "zod";
import { main } from "../actions";
import { type ForgeApi, ignoreGone } from "../requests";
import { type Choices, compareProperties, createEntries, type Entry, type Setting } from "./setting";

const protection = z.looseObject({
  required_approvals: z.number(),
  status_check_contexts: z.array(z.string()).nullish(),
});
const permission = z.object({ permission: z.string() });
const entry = z
  .object({ name: z.string(), data: z.string().optional() })
  .transform(({ name, data }): Entry => ({ name, value: data }));

const reviewCheck = "access / access (pull_request)";

const protections = {
  enable_push: false,
  dismiss_stale_approvals: true,
  block_on_rejected_reviews: true,
  block_on_outdated_branch: true,
  block_admin_merge_override: true,
  enable_status_check: true,
};

/** Returns the settings of a repository at Gitea, in the order in which a person makes them. */
export function createGiteaSettings({ approvers, secrets, backend }: Choices): readonly Setting[] {
  const body = { rule_name: main, required_approvals: 1, status_check_contexts: [reviewCheck], ...protections };
  const send = (path: string, fields: object, method = "POST") =>
    `curl --fail --header "Authorization: token $GITEA_TOKEN" --request ${method} --json '${JSON.stringify(fields)}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/${path}"`;
  const page = (name: string) => `# Add ${name} on the page of the repository, under Settings > Actions.`;
  return [
    ...createEntries(
      backend === undefined ? [] : ["PULUMI_BACKEND_URL"],
      "variable",
      async (api) => api.all("actions/variables", entry),
      page,
      backend,
    ),
    ...createEntries(
      [...secrets, "PERIDIO_ADMIN_API_KEY"],
      "secret",
      async (api) => api.all("actions/secrets", entry),
      page,
    ),
    ...approvers.map((login) => ({
      name: `permission of ${login} to write`,
      commands: [
        "# Only for a person without this permission, because it replaces a higher one. The token needs the scope `write:repository`.",
        send(`collaborators/${login}`, { permission: "write" }, "PUT"),
      ],
      find: async (api: ForgeApi) => {
        const found = await api.json(`collaborators/${login}/permission`, permission).catch(ignoreGone);
        const level = found?.permission ?? "none";
        return ["write", "admin", "owner"].includes(level)
          ? []
          : [{ reason: `${login} has the permission \`${level}\`, so Gitea does not count an approval by ${login}` }];
      },
    })),
    {
      name: `protected branch ${main}`,
      commands: ["# This token needs the scope `write:repository`.", send("branch_protections", body)],
      find: async (api) => {
        const found = await api.json(`branch_protections/${main}`, protection).catch(ignoreGone);
        if (found === undefined) return [{ reason: "the branch is not protected" }];
        const isRequired = found.status_check_contexts?.includes(reviewCheck) === true;
        return [
          ...(found.required_approvals > 0 ? [] : [{ reason: "a merge needs no approval" }]),
          ...(isRequired ? [] : [{ reason: `the check \`${reviewCheck}\` is not required` }]),
          ...compareProperties(found, protections),
        ];
      },
    },
  ];
}
