import type { Operations } from "../operation";
import { invitations } from "./invitations";
import { limits } from "./limits";
import { members } from "./members";
import { organizations } from "./organizations";
import { settings } from "./settings";
import { user } from "./user";

/** Every operation of this API, one file for each of its groups. */
export const operations: Operations = {
  ...user,
  ...organizations,
  ...settings,
  ...limits,
  ...members,
  ...invitations,
};
