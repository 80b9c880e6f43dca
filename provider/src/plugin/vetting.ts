import type { Peridio } from "../api";
import type { Component, Composition } from "../core/component";
import { refuseTogether, unmet } from "../core/needs";
import { resources } from "../resources";

/** Refuses in one error what children of a component need and the API lacks, where each of them would be refused by itself. */
export function vetting(
  api: Peridio | undefined,
  { token }: Component,
  name: string,
): (composition: Pick<Composition, "children" | "saidAt">) => void {
  return ({ children, saidAt }) => {
    // An engine that does not know the provider's settings yet has not configured it.
    if (api === undefined) return;
    const demands = children.flatMap((child) => {
      const resource = resources.find(({ token }) => token === child.type);
      const needs = resource === undefined ? [] : unmet(api, resource, child.inputs);
      return needs.map((need) => ({ ...need, where: saidAt(child, need.path) }));
    });
    refuseTogether(`${token.split(":").at(-1) ?? ""} ${name}`, api, demands);
  };
}
