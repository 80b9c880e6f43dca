import * as z from "zod";
import { isRecord } from "#framework";
import { type Hidden, isHidden } from "../hidden";
import { quoteName } from "../wording";
import { name } from "./inputs";
import { fixed } from "./outputs";
import { createProperty } from "./property";
import { readAs, readText } from "./reading";
import { createRow } from "./row";
import { createAddressProperty, createTextProperty, createOverride } from "./commonProperties";

const text = z.string();
const policies = z.enum(["delete", "retain"]);

const deletionPolicy = createProperty<"delete" | "retain">({
  label: "Deletion policy",
  schema: policies,
  read: readAs(policies),
  defaultValue: "delete",
  format: (policy) => policy,
  findRisks: (_, after) => [after === "retain" ? "retains" : "weakensGuard"],
});

/** The owner, as Peridio reports it. */
interface ReportedOwner {
  readonly email: string | Hidden | undefined;
  readonly id: unknown;
}

/** Reads the output `owner`. */
export function readOwnerOutput(owner: unknown): ReportedOwner {
  if (!isRecord(owner) || isHidden(owner)) return { email: readText(owner), id: undefined };
  return { email: readText(owner.email), id: owner.id };
}

/** Organizations, with their general settings. */
export const organization = createRow({
  noun: "organization",
  orderInReports: 40,
  settings: {
    section: "general",
    properties: {
      displayName: createProperty({
        label: "Display name",
        schema: text,
        read: readAs(text),
        format: quoteName,
        isNamedLikeOrganization: true,
      }),
      description: createTextProperty({ label: "Description", defaultValue: null }),
      contactEmail: createAddressProperty("Contact e-mail"),
    },
  },
  guards: { properties: { forceDestroy: createOverride("Force destroy"), deletionPolicy } },
  inputs: { name },
  shownOutputs: ["owner"],
  ignoredOutputs: { createdAt: fixed, tier: "The plan, which limits an organization, but gives nobody access." },
});
