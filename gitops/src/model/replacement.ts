import type { Declaration } from "./declaration";
import { applyUpdate, listDropped } from "./values";

/** Returns two declarations for a replaced one: the object that goes, and the new object. */
export function splitReplacement<T extends Declaration>(declaration: T): readonly T[] {
  const { isReplaced, before, after, organization, values, observed } = declaration;
  if (!isReplaced || before === undefined || after === undefined) return [declaration];
  const gone = { ...declaration, after: undefined, organization: { ...organization, after: undefined } };
  const dropped = new Set(listDropped(gone));
  return [
    {
      ...gone,
      dropped,
      values: {
        before: values.before,
        after: applyUpdate(gone, { former: values.before, declared: {}, dropped }),
      },
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
