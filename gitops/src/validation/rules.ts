import { told } from "../../../provider/src/documents/mistakes";
import { Failure } from "../failure";
import { InvalidRules, readRules } from "../rules/readRules";
import type { Validator } from "./validator";

/** A file of access rules. */
export const rules: Validator = {
  option: { flags: "--rules <file>", description: "a file of access rules; may be repeated" },
  check: (path, { folder }) => {
    try {
      readRules(path, folder);
      return [];
    } catch (error) {
      if (error instanceof Failure) return [{ severity: "mistake", file: path, message: error.message }];
      if (!(error instanceof InvalidRules)) throw error;
      return error.mistakes.map((mistake) => {
        const { place, ...rest } = mistake;
        return { severity: "mistake", file: path, ...place, message: told(rest, error.kind) };
      });
    }
  },
};
