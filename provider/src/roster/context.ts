/** The context of resources that declare people: the modules of the framework that they use. */
import { anotherKey, type ContextWith, declarations, plannedNames } from "#framework";
import type { Peridio } from "../api";

export const rosterModules = [anotherKey, declarations, plannedNames] as const;

export type RosterContext = ContextWith<Peridio, typeof rosterModules>;
