import { composition } from "../../../provider/src/components/layout";
import { Refusal } from "../../../provider/src/core/errors";
import { version } from "../../../provider/src/core/version";
import { layoutOf, read } from "../../../provider/src/layouts/layout";
import { InvalidLayout, type Mistake, told } from "../../../provider/src/layouts/mistakes";
import { readSources } from "../../../provider/src/layouts/readSources";
import { ended } from "./ended";
import { lacking } from "./lacking";
import type { Remark } from "./remark";
import type { Circumstances, Validator } from "./validator";

/** Layouts: a file, or a folder whose files are one layout together. */
export const layouts: Validator = {
  check: (path, { folder, today, only, api }) => {
    const asRemark =
      (severity: Remark["severity"]) =>
      ({ place, ...mistake }: Mistake): Remark => ({ severity, file: path, ...place, message: told(mistake) });
    try {
      const sources = readSources(path, folder);
      const warnings = sources.flatMap((source) => ended(source, today)).map(asRemark("warning"));
      try {
        const reading = read(sources, { today, version, ...(only.length > 0 && { only }) });
        return [...lacking(api, composition(reading), path), ...warnings];
      } catch (error) {
        if (!(error instanceof InvalidLayout)) throw error;
        return [...error.mistakes.map(asRemark("mistake")), ...warnings];
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [{ severity: "mistake", file: path, message: error.message }];
    }
  },
};

/** The names of the organizations that these layouts have; undefined if there is no layout, or if one cannot be read. */
export function organizationsIn(
  paths: readonly string[],
  { folder, today }: Pick<Circumstances, "folder" | "today">,
): readonly string[] | undefined {
  if (paths.length === 0) return undefined;
  try {
    const layouts = paths.map((path) => layoutOf(readSources(path, folder), { today, version }));
    return layouts.flatMap(({ organizations }) => organizations.map(({ name }) => name));
  } catch (error) {
    if (error instanceof InvalidLayout || error instanceof Refusal) return undefined;
    throw error;
  }
}
