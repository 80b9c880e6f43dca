import type { Review } from "../../src/review/review";

/** Returns the access in a review, as the computation words it. */
export function listReached(found: Review): readonly string[] {
  const people = found.people.flatMap(({ email, after }) => (after === null ? [] : [{ email, ...after }]));
  const groups = new Map(found.groups?.map(({ name, after }) => [name, after]));
  const reached = new Map<string, Map<string, string[]>>();
  for (const { key, project, after } of found.objects ?? []) {
    const lines = new Map<string, string[]>();
    reached.set(key, lines);
    for (const reason of after?.reasons ?? []) {
      for (const { email, role, owner } of people) {
        const isMeant = (list: readonly string[] | undefined) => list?.includes(email) ?? false;
        const group = "group" in reason ? groups.get(reason.group) : undefined;
        const applies = {
          role: role === "admin",
          everyone: true,
          user: isMeant(reason.people),
          group: isMeant(group?.people),
          invitation: isMeant(group?.invited),
        }[reason.kind];
        if (!applies || (reason.people !== undefined && !isMeant(reason.people))) continue;
        if ("except" in reason && isMeant(reason.except)) continue;
        if ("within" in reason && !(project !== undefined && reached.get(project)?.has(email))) continue;
        const words = {
          role: `role ${owner ? "owner" : "admin"}`,
          everyone: "everyone",
          user: "user",
          group: `group ${"group" in reason ? reason.group : ""}`,
          invitation: `group ${"group" in reason ? reason.group : ""}`,
        }[reason.kind];
        lines.set(email, [...(lines.get(email) ?? []), words]);
      }
    }
  }
  return (found.objects ?? [])
    .flatMap(({ key, path }) =>
      [...(reached.get(key) ?? [])].map(([email, words]) => `${email} ${path}: ${words.sort().join(", ")}`),
    )
    .sort();
}
