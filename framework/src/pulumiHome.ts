import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import type { Environment } from "./configuration";

/** Returns the folder of Pulumi as the CLI finds it: in the home of the user's account, even if HOME names another folder. */
export function getPulumiHome({ PULUMI_HOME }: Environment): string {
  return PULUMI_HOME === undefined || PULUMI_HOME === "" ? join(getUserHome(), ".pulumi") : PULUMI_HOME;
}

function getUserHome(): string {
  try {
    return userInfo().homedir;
  } catch {
    // The user has no account, as in some containers.
    return homedir();
  }
}
