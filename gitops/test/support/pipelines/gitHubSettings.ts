import * as z from "zod";
import { absent, type Route } from "./actionsForge";

const branch = z.object({ name: z.string() });

/** An environment, as the request that writes it describes it. */
const environment = z.object({
  reviewers: z.array(z.object({ type: z.string(), id: z.string() })).optional(),
  prevent_self_review: z.boolean().optional(),
  deployment_branch_policy: z.record(z.string(), z.boolean()).optional(),
});

const ruleset = z.object({
  name: z.string(),
  target: z.string(),
  enforcement: z.string(),
  bypass_actors: z.array(z.unknown()).optional(),
  conditions: z.object({ ref_name: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }) }),
  rules: z.array(z.object({ type: z.string(), parameters: z.record(z.string(), z.unknown()).optional() })),
});

/** The settings of a repository at GitHub, in the form of its REST API. */
export class GitHubSettings {
  defaultBranch = "main";
  isPrivate = true;
  /** The files of main. */
  readonly files = new Map<string, string>();
  /** The names of secrets, by environment; those of the repository and the organization have the keys `` and `organization`. */
  readonly secrets = new Map<string, Set<string>>();
  readonly variables = new Map<string, string>();
  readonly environments = new Map<string, z.output<typeof environment>>();
  /** The branches that can deploy to an environment. */
  readonly branches = new Map<string, Set<string>>();
  readonly rulesets: z.output<typeof ruleset>[] = [];
  readonly ownerErrors: { readonly line: number; readonly kind: string }[] = [];

  addSecret(name: string, place = ""): void {
    this.secrets.set(place, new Set([...(this.secrets.get(place) ?? []), name]));
  }

  /** Applies a request that writes. */
  write(path: string, body: unknown): void {
    const [, name = "", isPolicy] = /^environments\/([\w-]+)(\/deployment-branch-policies)?$/.exec(path) ?? [];
    if (path === "rulesets") this.rulesets.push(ruleset.parse(body));
    else if (isPolicy !== undefined) this.branches.set(name, new Set([branch.parse(body).name]));
    else if (name !== "") this.environments.set(name, environment.parse(body));
    else throw new Error(`GitHub does not know ${path}`);
  }

  #describeRuleset(index: number) {
    return { id: index + 1, ...this.rulesets[index] };
  }

  #list(key: string, names: Iterable<object>) {
    const list = [...names];
    return { total_count: list.length, [key]: list };
  }

  #secretsOf(place: string) {
    return this.#list(
      "secrets",
      [...(this.secrets.get(place) ?? [])].map((name) => ({ name, created_at: "2027-01-31T08:00:00Z" })),
    );
  }

  readonly routes: readonly Route[] = [
    [
      /^GET \/repos\/acme\/access$/,
      "metadata",
      "read",
      () => ({ default_branch: this.defaultBranch, private: this.isPrivate }),
    ],
    [
      /^GET contents\/(\S+)\?ref=main$/,
      "contents",
      "read",
      ([path = ""]) => {
        const text = this.files.get(path);
        return text === undefined ? absent : { content: Buffer.from(text).toString("base64"), encoding: "base64" };
      },
    ],
    [/^GET codeowners\/errors\?ref=main$/, "contents", "read", () => ({ errors: this.ownerErrors })],
    [/^GET actions\/secrets\?per_page=100$/, "secrets", "read", () => this.#secretsOf("")],
    [/^GET actions\/organization-secrets\?per_page=100$/, "secrets", "read", () => this.#secretsOf("organization")],
    [
      /^GET actions\/variables\?per_page=100$/,
      "variables",
      "read",
      () =>
        this.#list(
          "variables",
          [...this.variables].map(([name, value]) => ({ name, value })),
        ),
    ],
    [
      /^GET environments\/([\w-]+)$/,
      "actions",
      "read",
      ([name = ""]) => {
        const found = this.environments.get(name);
        if (found === undefined) return absent;
        const { reviewers = [], prevent_self_review, deployment_branch_policy: limit } = found;
        return {
          name,
          protection_rules: [
            ...(limit ? [{ id: 1, type: "branch_policy" }] : []),
            ...(reviewers.length === 0
              ? []
              : [
                  {
                    ...{ id: 2, type: "required_reviewers", prevent_self_review },
                    reviewers: reviewers.map(({ type, id }) => ({
                      type,
                      reviewer: type === "User" ? { login: id } : { slug: id },
                    })),
                  },
                ]),
          ],
          deployment_branch_policy: limit ?? null,
        };
      },
    ],
    [
      /^GET environments\/([\w-]+)\/deployment-branch-policies\?per_page=100$/,
      "actions",
      "read",
      ([name = ""]) =>
        this.#list(
          "branch_policies",
          [...(this.branches.get(name) ?? [])].map((branch) => ({ id: 1, name: branch, type: "branch" })),
        ),
    ],
    [
      /^GET environments\/([\w-]+)\/secrets\?per_page=100$/,
      "environments",
      "read",
      ([name = ""]) => this.#secretsOf(name),
    ],
    [
      /^GET rules\/branches\/main\?per_page=100&page=(\d+)$/,
      "metadata",
      "read",
      ([page]) =>
        this.rulesets.flatMap(({ target, enforcement, rules }, index) =>
          target === "branch" && enforcement === "active" && page === "1"
            ? rules.map((rule) => ({ ...rule, ruleset_source_type: "Repository", ruleset_id: index + 1 }))
            : [],
        ),
    ],
    [
      /^GET rulesets\?per_page=100&page=(\d+)$/,
      "metadata",
      "read",
      ([page]) => (page === "1" ? this.rulesets.map(({ name }, index) => ({ id: index + 1, name })) : []),
    ],
    [/^GET rulesets\/(\d+)$/, "metadata", "read", ([id]) => this.#describeRuleset(Number(id) - 1)],
  ];
}
