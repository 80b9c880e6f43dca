import { all } from "../wording/joined";
import type { Inventory } from "./inventory";

/** What an API may not tell of organizations, with what people call it. */
const names = {
  owner: "owners",
  description: "descriptions",
  contactEmail: "contact e-mail addresses",
  security: "security settings",
  billing: "billing settings",
} as const;

export type Untold = keyof typeof names;

export const everyUntold = Object.keys(names).filter((name): name is Untold => name in names);

/** What the API does not tell of these organizations, so that no layout can say it: an API tells the same of all. */
export function untoldOf(found: readonly Inventory[]): readonly Untold[] {
  const isTold = ({ organization, security, billing }: Inventory): Readonly<Record<Untold, boolean>> => ({
    owner: organization.owner !== undefined,
    description: organization.description !== undefined,
    contactEmail: organization.contactEmail !== undefined,
    security: security !== undefined,
    billing: billing !== undefined,
  });
  const told = found.map(isTold);
  return everyUntold.filter((name) => told.some((one) => !one[name]));
}

/** `owners and billing settings`. */
export function untoldWords(untold: readonly Untold[]): string {
  return all(untold.map((name) => names[name]));
}
