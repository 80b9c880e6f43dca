/** The release of people: their entry leaves the state, and the deletion of their organization removes them. */
import { isSameEmail } from "../types/email";
import type { AnotherKey } from "#framework";
import type { Context } from "../resource";
import { isProtected } from "./protection";
import type { ListedPerson } from "./state";

/** Warns about the people who keep their access until their organization is deleted. */
export async function releasePeople(context: Context & AnotherKey, people: readonly ListedPerson[]): Promise<void> {
  const staying: string[] = [];
  for (const { email, person } of people) {
    // The owner and the API key's user lose nothing while the organization exists.
    if (person.kind === "member" && (await isProtected(context, person))) continue;
    staying.push(isSameEmail(email, person.email) ? person.email : `${person.email} (declared as ${email})`);
  }
  if (staying.length === 0) return;
  context.warn(
    `The provider removed nobody. These people keep their access or invitation until the organization is deleted: ${staying.join(", ")}. ` +
      "If the organization is not deleted, declare these people again, and run `pulumi up`. If it asks for an import, run the printed command first.",
  );
}
