import * as z from "zod";
import { roles } from "../../api";

/** What a person may do in an organization. */
export const role = z
  .enum(roles)
  .meta({ id: "Role", description: "What the person may do: `admin`, `manager`, `developer` or `viewer`." });
