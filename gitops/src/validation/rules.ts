import { type Mistake, told } from "../../../provider/src/documents/mistakes";
import { Failure } from "../failure";
import { InvalidRules, readRules, readUnknownOrganizations, rulesKind } from "../rules/readRules";
import type { Remark } from "./remark";
import type { Validator } from "./validator";

/** A file of access rules. */
export const rules: Validator = {
  option: { flags: "--rules <file>", description: "a file of access rules; may be repeated" },
  check: (path, { folder, organizations }) => {
    const asRemark =
      (severity: Remark["severity"]) =>
      ({ place, ...mistake }: Mistake): Remark => ({
        severity,
        file: path,
        ...place,
        message: told(mistake, rulesKind),
      });
    try {
      readRules(path, folder);
      if (organizations === undefined) return [];
      const { names, patterns } = readUnknownOrganizations(path, folder, organizations);
      return [...names.map(asRemark("mistake")), ...patterns.map(asRemark("warning"))];
    } catch (error) {
      if (error instanceof Failure) return [{ severity: "mistake", file: path, message: error.message }];
      if (!(error instanceof InvalidRules)) throw error;
      return error.mistakes.map(asRemark("mistake"));
    }
  },
};
