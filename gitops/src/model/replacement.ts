import type { Declaration } from "./declaration";

/** Returns two declarations for a replaced one: the object that goes, and the new object. */
export function splitReplacement(declaration: Declaration): readonly Declaration[] {
  const { isReplaced, before, after, organization, values, observed } = declaration;
  if (!isReplaced || before === undefined || after === undefined) return [declaration];
  return [
    {
      ...declaration,
      after: undefined,
      organization: { ...organization, after: undefined },
      values: { before: values.before, after: values.before },
    },
    {
      ...declaration,
      before: undefined,
      isReleased: false,
      organization: { ...organization, before: undefined },
      values: { before: {}, after: values.after },
      observed: { before: undefined, after: observed.after === after ? after : undefined },
    },
  ];
}
