import type { Peridio } from "../api";
import { demandsOf } from "../components/demands";
import type { Component, Composition } from "../core/component";
import { refuseTogether } from "../core/needs";

/** Refuses in one error what children of a component need and the API lacks, where each of them would be refused by itself. */
export function vetting(
  api: Peridio | undefined,
  { token }: Component,
  name: string,
): (composition: Pick<Composition, "children" | "saidAt">) => void {
  return (composition) => {
    // An engine that does not know the provider's settings yet has not configured it.
    if (api === undefined) return;
    refuseTogether(`${token.split(":").at(-1) ?? ""} ${name}`, api, demandsOf(api, composition));
  };
}
