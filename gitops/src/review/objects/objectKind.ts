import type { Declaration } from "../../model/declaration";
import type { Side } from "../../model/directory";
import { type Hidden, isHidden, mayDiffer } from "../../preview/resource";
import type { SettingReview } from "../review";
import type { Risk } from "../../risks";
import { type Change, compareSetting, describeInitial, type Setting } from "../settings/setting";

/** A kind of objects whose changes have one row each. */
export interface ObjectKind {
  readonly section: SettingReview["section"];
  readonly created: Change;
  readonly deleted: Change;
  /** Describes the replacement of an object. */
  readonly replaced: (resource: Declaration) => Change;
  /** A property of which the words show only a part. The row has a digest of the whole value. */
  readonly partial?: string;
  /** In the order of the words. */
  readonly properties: readonly ObjectProperty[];
}

/** A property of an object, of any type. */
export interface ObjectProperty {
  readonly name: string;
  /** Describes the change of an object that stays or is replaced; undefined without a change. */
  readonly compare: (resource: Declaration) => Change | undefined;
  /** Describes the property of an object that is created or deleted; undefined for the default. */
  readonly describe: (resource: Declaration, side: Side) => Change | undefined;
}

/** The values of a property. */
export interface Reading<T> {
  /** Returns the value on one side; undefined if it is unknown. */
  readonly read: (resource: Declaration, side: Side) => T | Hidden | undefined;
  /** The value that reports leave out; undefined if they show every value. */
  readonly defaultValue?: T;
  /** The risks of a value that the preview hides. By default, the risk `hidden`. */
  readonly hiddenRisks?: readonly Risk[];
}

export function createProperty<T>(name: string, setting: Setting<T>, reading: Reading<T>): ObjectProperty {
  const { read, defaultValue, hiddenRisks = ["hidden"] } = reading;
  return {
    name,
    compare(resource) {
      const [before, after] = [read(resource, "before"), read(resource, "after")];
      const isDoubtful = mayDiffer(resource, name);
      const change = compareSetting(setting, before, after, { isDropped: false, isDoubtful });
      return change && (isHidden(before) || isHidden(after)) ? { ...change, risks: hiddenRisks } : change;
    },
    describe(resource, side) {
      const value = read(resource, side);
      const words = describeInitial(setting, defaultValue, value);
      return words === undefined ? undefined : { words, risks: isHidden(value) ? hiddenRisks : [] };
    },
  };
}
