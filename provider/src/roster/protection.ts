import type { AnotherKey } from "#framework";
import type { Member } from "../api";
import type { Context } from "../resource";

/** The API key that asks. With `forAnotherKey`, it previews changes that another API key applies (`PERIDIO_PREVIEW_ONLY`). */
type CallerContext = Pick<Context, "api"> & Partial<AnotherKey>;

/** Reports if the provider never removes the member: an owner, or the user of the API key that applies the change. */
export async function isProtected(context: CallerContext, member: Member): Promise<boolean> {
  return member.isOwner || member.userId === (await getProtectedUserId(context));
}

/** Returns the id of the user of the API key. Peridio lets no key change its own user. Undefined if another key applies the changes. */
export async function getProtectedUserId({ api, forAnotherKey }: CallerContext): Promise<string | undefined> {
  return forAnotherKey === true ? undefined : (await api.caller()).id;
}
