import type { Variables } from "./team";

/** The context of an expression. */
export interface Context {
  readonly event: GitHubEvent;
  readonly repository: string;
  readonly token: string;
  readonly temp: string;
  readonly secrets: Variables;
  readonly variables: Variables;
  /** The outputs of the steps so far, by step. */
  readonly steps: Map<string, Variables>;
  readonly needs: ReadonlyMap<string, { readonly result: Result; readonly outputs: Variables }>;
}

export type Result = "success" | "failure" | "skipped";

export type GitHubEvent =
  | {
      readonly name: "pull_request";
      readonly number: number;
      readonly head: string;
      /** The merge commit with main. */
      readonly merged: string;
      /** The repository of the pull request. */
      readonly from: string;
      /** The login of the person who opened the pull request. */
      readonly author: string;
    }
  | { readonly name: "push"; readonly commit: string; readonly before: string }
  | { readonly name: "workflow_dispatch" | "schedule"; readonly commit: string };

const output = ({ steps }: Context, step: string, name: string) => steps.get(step)?.[name] ?? "";
const result = ({ needs }: Context, job: string) => needs.get(job)?.result ?? "skipped";
const isPush = ({ event }: Context) => event.name === "push";

/** Every expression of the workflows, with its value. */
const texts: Readonly<Record<string, (context: Context) => string>> = {
  "github.event.pull_request.number": ({ event }) => ("number" in event ? String(event.number) : ""),
  "github.event.pull_request.head.sha": ({ event }) => ("head" in event ? event.head : ""),
  "github.event.pull_request.user.login": ({ event }) => ("author" in event ? event.author : ""),
  "github.event.before": ({ event }) => ("before" in event ? event.before : ""),
  "github.token": ({ token }) => token,
  "runner.temp": ({ temp }) => temp,
  "vars.PULUMI_BACKEND_URL": ({ variables }) => variables.PULUMI_BACKEND_URL ?? "",
  "secrets.PULUMI_CONFIG_PASSPHRASE": ({ secrets }) => secrets.PULUMI_CONFIG_PASSPHRASE ?? "",
  "secrets.PERIDIO_VIEWER_API_KEY": ({ secrets }) => secrets.PERIDIO_VIEWER_API_KEY ?? "",
  "secrets.PERIDIO_ADMIN_API_KEY": ({ secrets }) => secrets.PERIDIO_ADMIN_API_KEY ?? "",
  "steps.applied.outputs.commit": (context) => output(context, "applied", "commit"),
  "steps.approved.outputs.approvers": (context) => output(context, "approved", "approvers"),
  "steps.authors.outputs.authors": (context) => output(context, "authors", "authors"),
  "needs.plan.outputs.authors": ({ needs }) => needs.get("plan")?.outputs.authors ?? "",
  "steps.review.outputs.code": (context) => output(context, "review", "code"),
  "steps.reviewed.outputs.run": (context) => output(context, "reviewed", "run"),
  "steps.verdict.outputs.approval": (context) => output(context, "verdict", "approval"),
};

const conditions: Readonly<Record<string, (context: Context) => boolean>> = {
  "github.event.pull_request.head.repo.full_name != github.repository": ({ event, repository }) =>
    "from" in event && event.from !== repository,
  // The workflows run on no other branch.
  "github.ref == 'refs/heads/main'": ({ event }) => event.name !== "pull_request",
  "github.event_name == 'push'": isPush,
  "github.event_name == 'push' && (steps.review.outputs.code == '0' || steps.review.outputs.code == '3')": (context) =>
    isPush(context) && ["0", "3"].includes(output(context, "review", "code")),
  "needs.plan.outputs.approval == 'needed'": ({ needs }) => needs.get("plan")?.outputs.approval === "needed",
  "!cancelled() && needs.plan.result == 'success' && (needs.approval.result == 'success' || needs.approval.result == 'skipped')":
    (context) => result(context, "plan") === "success" && result(context, "approval") !== "failure",
};

/** Reports if a condition also decides for jobs whose predecessors did not succeed. */
export function decidesAlone(condition: string): boolean {
  return /\b(always|cancelled|failure|success)\(\)/.test(condition);
}

/** Fills the values of the expressions into a text. @throws Error for an unknown expression */
export function filled(text: string, context: Context): string {
  return text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => known(texts, expression)(context));
}

/** @throws Error for an unknown condition */
export function holds(condition: string, context: Context): boolean {
  return known(conditions, condition.replace(/^\$\{\{ (.*) \}\}$/, "$1"))(context);
}

function known<T>(table: Readonly<Record<string, T>>, expression: string): T {
  const found = table[expression];
  if (found === undefined) throw new Error(`the expression is not known here: ${expression}`);
  return found;
}
