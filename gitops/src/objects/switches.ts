import * as z from "zod";
import { createProperty, type Property } from "./property";
import { readAs } from "./reading";

const flag = z.boolean();

export function createSwitch(
  details: Pick<Property<boolean>, "label" | "format" | "findRisks"> & Partial<Property<boolean>>,
): Property<boolean> {
  return createProperty({ schema: flag, read: readAs(flag), ...details });
}

/** A switch that turns a guard off. */
export function createOverride(label: string): Property<boolean> {
  return createSwitch({
    label,
    defaultValue: false,
    format: (isOn) => (isOn ? "on" : "off"),
    findRisks: (before, after) => (after && !before ? ["weakensGuard"] : []),
  });
}
