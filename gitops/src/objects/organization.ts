import * as z from "zod";
import { quoteName } from "../wording";
import { name } from "./inputs";
import { createProperty } from "./property";
import { readAs } from "./reading";
import { createRow } from "./row";
import { createOverride } from "./switches";
import { createAddressProperty, createTextProperty } from "./textProperties";

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

export const organization = createRow({
  kind: "Organization",
  noun: "organization",
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
  guards: { forceDestroy: createOverride("Force destroy"), deletionPolicy },
  inputs: { name },
  outputs: ["createdAt", "owner", "tier"],
});
