import { z } from "zod";
import { type AccessObject, Reachability } from "./accessOracle";
import { sideOf, type World } from "./model";
import { organizationsOf } from "./peopleOracle";
import { whoOf } from "./reviewOf";

const answer = z.object({ access: z.array(z.object({ person: z.string(), certain: z.boolean() })) });

/** Compares `peridio-gitops who` on the preview of one stack with the declarations. Returns the differences in words. */
export async function judgeWho(world: World, preview: string): Promise<string[]> {
  const differences: string[] = [];
  for (const organization of organizationsOf(world)) {
    const reachability = new Reachability(world, organization);
    for (const object of reachability.objects) {
      const path = pathOf(reachability, object);
      if (path === undefined) continue;
      const { access } = answer.parse(JSON.parse(await whoOf(preview, organization, path)));
      const found = new Map(access.map(({ person, certain }) => [person, certain]));
      for (const { email, isUnclear } of reachability.courses) {
        const expected = reachability.reach(email, object, "after").answer;
        const isRight = expected === "perhaps" ? found.get(email) !== true : found.has(email) === (expected === "yes");
        if (isUnclear || isRight) continue;
        differences.push(`who ${organization} ${path} ${email}: ${expected === "yes" ? "missing" : "wrong"}`);
      }
    }
  }
  return differences;
}

/** The name of an object that a stack declares after the change. */
function pathOf(reachability: Reachability, { slot, after }: AccessObject): string | undefined {
  if (slot.after === undefined || after === undefined) return undefined;
  if (after.type === "Project") return after.name;
  const project = sideOf(reachability.project(after, "after")?.slot.after, "Project")?.state.name;
  return project === undefined ? undefined : `${project}/${after.name}`;
}
