import type { Values } from "#framework";
import { type Printed, type PrintedStep, prn } from "./document";

/** Groups, projects and other objects of one organization, in previews. */

export const organizationId = prn(1);

export function uuid(digit: number): string {
  return `00000000-0000-4000-8000-00000000010${digit}`;
}

export function idOf(digit: number): string {
  return `${organizationId}/${uuid(digit)}`;
}

/** Returns the step from one declaration of an object to another; undefined for none. */
export function step(
  name: string,
  digit: number,
  before: Values | undefined,
  after: Values | undefined,
  more: Printed = {},
): PrintedStep {
  return {
    op: chooseOp(before, after),
    name,
    before: before && {
      id: idOf(digit),
      inputs: { organizationId, ...before },
      outputs: { organizationId, ...before },
      ...more,
    },
    after: after && { inputs: { organizationId, ...after }, ...more },
  };
}

function chooseOp(before: Values | undefined, after: Values | undefined): string {
  if (before === undefined) return "create";
  if (after === undefined) return "delete";
  return JSON.stringify(before) === JSON.stringify(after) ? "same" : "update";
}
